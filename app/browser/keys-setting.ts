const NAME = 'windsock-keys'
const OFF = 'off'

export interface KeysSetting {
  areOn(): boolean
  set(areOn: boolean): void
}

/** The only thing that is remembered in a reader's browser, and only once the keys were switched off. */
export const keysSetting: KeysSetting = {
  areOn() {
    try {
      return localStorage.getItem(NAME) !== OFF
    } catch {
      // A browser may keep nothing for a site, and says so by throwing.
      return true
    }
  },
  set(areOn) {
    try {
      if (areOn) localStorage.removeItem(NAME)
      else localStorage.setItem(NAME, OFF)
    } catch {
      // Then it is forgotten with the page.
    }
  },
}
