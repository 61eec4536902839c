import { AUTHOR_NAMES, type AuthorName } from './authors.ts'
import { COMMENTS, VOICES, WHISPERS } from './content/live-words.ts'
import { type Dice, diceOf } from './seed.ts'
import { type Act, type Beat, OPENING_SECONDS, openingBeats } from './story.ts'

/** What may still be answered; older things have been forgotten. */
const MEMORY = 60

/** After the opening history: one more beat whenever it is asked, without end, always the same for a seed. */
export function* liveBeats(seed: string): Generator<Beat, never> {
  const dice = diceOf(seed, 'live')
  const recent = openingBeats(seed).filter(isAnswerable).slice(-MEMORY)
  let last: AuthorName = 'niaj'
  for (let index = 0; ; index++) {
    const author = dice.pick(AUTHOR_NAMES.filter((name) => name !== last))
    const act = actOf(dice, author, recent)
    const beat: Beat = { key: `live-${index}`, by: author, at: OPENING_SECONDS + index, act }
    if (isAnswerable(beat)) recent.push(beat)
    if (recent.length > MEMORY) recent.shift()
    last = author
    yield beat
  }
}

function actOf(dice: Dice, author: AuthorName, recent: readonly Beat[]): Act {
  const voice = VOICES[author]
  const others = recent.filter((beat) => beat.by !== author)
  const chance = dice.next()
  if (chance < 0.5) return { kind: 'say', text: filled(dice, dice.pick(voice.openers)) }
  if (chance < 0.78) {
    // conversations happen among what is new
    const parent = dice.pick(others.slice(-12))
    const text = `@${parent.by} ${filled(dice, dice.pick(voice.answers))}`
    return { kind: 'say', text, to: { kind: 'beat', key: parent.key } }
  }
  const of = dice.pick(others).key
  if (chance < 0.88) return { kind: 'retwist', of, comment: dice.pick(COMMENTS) }
  if (chance < 0.95) {
    return { kind: 'favourite', of, comment: dice.pick(COMMENTS), isPrivate: chance > 0.94 }
  }
  const to = dice.pick(AUTHOR_NAMES.filter((name) => name !== author))
  return { kind: 'direct', to, readableBy: to, text: filled(dice, dice.pick(WHISPERS)) }
}

function isAnswerable(beat: Beat): boolean {
  return beat.act.kind === 'say'
}

function filled(dice: Dice, template: string): string {
  return template.replace(/\{([^{}]+)\}/g, (_, choices: string) => {
    const range = /^(\d+)-(\d+)$/.exec(choices)
    if (range === null) return dice.pick(choices.split('|'))
    const [low, high] = [Number(range[1]), Number(range[2])]
    return String(low + dice.below(high - low + 1))
  })
}
