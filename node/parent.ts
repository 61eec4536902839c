/** A process that cannot close in this time without its launcher is ended. */
const CLOSE_TIMEOUT_MS = 10_000

/**
 * Calls back once when the launcher that started this process is gone, however it went: it holds the other end of
 * standard input, which the system closes with it. Does nothing in a process that was started by hand.
 */
export function exitWithParent(onGone: () => void): void {
  if (process.env['WINDSOCK_PARENT'] !== '1') return
  let isGone = false
  const gone = () => {
    if (isGone) return
    isGone = true
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref()
    onGone()
  }
  process.stdin.once('end', gone).once('close', gone).once('error', gone).resume()
  // Watching must not keep a process alive that has nothing else to do.
  process.stdin.unref()
}
