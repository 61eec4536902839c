import { Argument, type Command } from 'commander'
import { type ControlPlaces, DATA_FOLDER, onTarget } from './on-target.ts'
import type { Terminal } from './terminal.ts'

/** As indexer/hiding/moderation.ts has them, whose code is loaded when it is wanted. */
const KINDS = ['user', 'post', 'tag', 'word'] as const

const SUBJECTS = `
  user  alice           posts, profile, picture and lists, and what others retwisted or favourited of them
  post  alice/5         that post, and what embeds it; !alice/1234 is the message of block 1234
  tag   windlog         the page of the tag, and all posts with it
  word  "buy now"       posts with it in their text, whatever case and accents; a whole word, or several in a row, and
                        in scripts without spaces (Chinese, Japanese, Korean, Thai …) anywhere in the text

It vanishes from pages and API at once (what was made a moment before is kept for 1.5 s), and stays so after every
rebuild. Its address answers 451 with the reason. Authors who write #nopublicweb into their bio are left out, too (410).`

/** `block`, `unblock` and `blocks`: what the operator does not want to show. */
export function addModeration(program: Command, places: ControlPlaces, terminal: Terminal): void {
  program
    .command('block')
    .description('show something no longer: a user, a post, a hashtag, or posts with a word')
    .addArgument(new Argument('<kind>').choices(KINDS))
    .argument('<subject>')
    .requiredOption('--reason <text>', 'told to whoever asks for it')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', SUBJECTS)
    .action((kind: (typeof KINDS)[number], subject: string, given: { reason: string; data?: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        (await import('./blocks.ts')).runBlock(target, kind, subject, given.reason, terminal),
      ),
    )
  program
    .command('unblock')
    .description('show again what was blocked')
    .addArgument(new Argument('<kind>').choices(KINDS))
    .argument('<subject>')
    .option('--data <dir>', DATA_FOLDER)
    .action((kind: (typeof KINDS)[number], subject: string, given: { data?: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        (await import('./blocks.ts')).runUnblock(target, kind, subject, terminal),
      ),
    )
  program
    .command('blocks')
    .description('what is blocked, why, and how many posts it hides')
    .option('--json', 'print JSON')
    .option('--data <dir>', DATA_FOLDER)
    .action((given: { json?: boolean; data?: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        (await import('./blocks.ts')).runBlocks(target, given.json === true, terminal),
      ),
    )
}
