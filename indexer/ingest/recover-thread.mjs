import { register } from 'tsx/esm/api'

// A thread starts as plain JavaScript: the loader that the process was started with is not at work in its threads.
register()
await import('./recover-thread.ts')
