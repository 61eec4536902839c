const NAME = 'windsock-keys'
const OFF = 'off'

/** The only thing that is remembered in a reader's browser, and only once the keys were switched off. */
export function areKeysOn(): boolean {
  try {
    return localStorage.getItem(NAME) !== OFF
  } catch {
    // A browser may keep nothing for a site, and says so by throwing.
    return true
  }
}

export function setKeysOn(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(NAME)
    else localStorage.setItem(NAME, OFF)
  } catch {
    // Then it is forgotten with the page.
  }
}
