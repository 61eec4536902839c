/** What the person who typed the command can put right; its message is one whole sentence. Exit code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
