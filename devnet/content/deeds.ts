import type { AuthorName } from '../authors.ts'

/** What is done to a line that was said, or beside all lines. `of` names a line or another deed by its key. */
export type Deed =
  | { kind: 'retwist'; by: AuthorName; of: string; comment?: string; key?: string }
  | { kind: 'favourite'; by: AuthorName; of: string; comment?: string }
  | { kind: 'private-favourite'; by: AuthorName; of: string; comment?: string }
  | { kind: 'direct'; by: AuthorName; to: AuthorName; text: string }
  | { kind: 'custom'; by: AuthorName; key: string; url: string; mimetype?: string }
  | { kind: 'reply-to-promoted'; by: AuthorName; promoted: string; text: string }
  | { kind: 'reply-to-missing'; by: AuthorName; user: string; k: number; text: string }

export const DEEDS: readonly Deed[] = [
  { kind: 'retwist', by: 'bob', of: 'tomato' },
  { kind: 'retwist', by: 'grace', of: 'stayed' },
  { kind: 'retwist', by: 'heidi', of: 'stayed' },
  {
    kind: 'retwist',
    by: 'dave',
    of: 'stayed',
    comment: 'Gute Frage von @alice. Ich antworte, sobald das Brot im Ofen ist. #twister',
  },
  {
    kind: 'retwist',
    by: 'carol',
    of: 'kyoto',
    comment: 'Isto aqui é *luz*. Aprendam. #fotografia',
    key: 'carol-on-kyoto',
  },
  // the comment itself goes on: sig_wort
  { kind: 'retwist', by: 'niaj', of: 'carol-on-kyoto' },
  { kind: 'retwist', by: 'frank', of: 'carol-on-kyoto', comment: '同意，這就是光。', key: 'frank-on-carol' },
  { kind: 'retwist', by: 'alice', of: 'meteor', comment: 'Tonight! Bring a blanket, leave the phone. ☄️ #perseids' },
  { kind: 'retwist', by: 'ivan', of: 'net' },
  { kind: 'retwist', by: 'erin', of: 'long-backup', comment: 'Read this, then do it. #backup', key: 'erin-on-backup' },
  { kind: 'retwist', by: 'judy', of: 'erin-on-backup' },
  { kind: 'retwist', by: 'judy', of: 'library', comment: 'מישהו שאל אותי היום אם זה אמיתי. זה אמיתי.' },
  { kind: 'retwist', by: 'niaj', of: 'library' },
  { kind: 'retwist', by: 'alice', of: 'cat' },
  { kind: 'retwist', by: 'carol', of: 'cat' },
  {
    kind: 'retwist',
    by: 'dave',
    of: 'bikepath',
    comment: 'Nachtrag: Der Zaun hat jetzt ein Schild. Auf dem Schild steht „Zaun“.',
  },
  { kind: 'retwist', by: 'mallory', of: 'keychange-warning', comment: 'suspicious <if> you ask me' },
  { kind: 'retwist', by: 'frank', of: 'noodles', comment: '補充：蔥是青蔥，不是洋蔥。抱歉，翻譯機。#煮麵' },
  { kind: 'retwist', by: 'bob', of: 'saturn' },
  { kind: 'retwist', by: 'grace', of: 'ink' },
  { kind: 'favourite', by: 'alice', of: 'antenna' },
  { kind: 'favourite', by: 'alice', of: 'ink', comment: 'Brown like good tea. Wonderful.' },
  { kind: 'favourite', by: 'bob', of: 'tomato' },
  { kind: 'favourite', by: 'carol', of: 'kyoto', comment: 'para rever no inverno' },
  { kind: 'favourite', by: 'erin', of: 'long-backup', comment: 'For the next time somebody asks me. #backup' },
  { kind: 'favourite', by: 'heidi', of: 'noodles' },
  { kind: 'favourite', by: 'judy', of: 'kufic' },
  { kind: 'favourite', by: 'ivan', of: 'stayed-bob' },
  { kind: 'favourite', by: 'grace', of: 'carol-on-kyoto' },
  { kind: 'private-favourite', by: 'alice', of: 'stayed-deep', comment: 'find that floppy drive' },
  { kind: 'private-favourite', by: 'niaj', of: 'library' },
  { kind: 'private-favourite', by: 'dave', of: 'noodles', comment: 'für Sonntag' },
  {
    kind: 'direct',
    by: 'alice',
    to: 'bob',
    text: 'DEVNET-SECRET Could you look at my antenna cable on Saturday? I will pay in tomatoes.',
  },
  { kind: 'direct', by: 'bob', to: 'alice', text: 'DEVNET-SECRET Saturday is fine. Tomatoes accepted.' },
  { kind: 'direct', by: 'carol', to: 'heidi', text: 'DEVNET-SECRET Posso usar a sua foto do rio na exposição?' },
  { kind: 'direct', by: 'heidi', to: 'carol', text: 'DEVNET-SECRET もちろんです。光栄です。' },
  {
    kind: 'direct',
    by: 'erin',
    to: 'dave',
    text: 'DEVNET-SECRET The new key fingerprint, out of band, as promised: see you on the phone at six.',
  },
  { kind: 'direct', by: 'niaj', to: 'judy', text: 'DEVNET-SECRET عندي نسخة قديمة من ديوان أظنّه يعجبك.' },
  {
    kind: 'custom',
    by: 'carol',
    key: 'maracatu-audio',
    url: 'magnet:?xt=urn:btih:8ac3731ad4b039c05393b5404afa6e7397810b41&dn=maracatu.ogg',
    mimetype: 'audio/ogg',
  },
  { kind: 'custom', by: 'alice', key: 'seed-swap', url: 'https://alice.example.org/seed-swap/2024?list=all&sort=name' },
  { kind: 'custom', by: 'mallory', key: 'bad-link', url: 'javascript:alert(document.cookie)', mimetype: 'text/html' },
  {
    kind: 'reply-to-promoted',
    by: 'alice',
    promoted: 'promoted-bob',
    text: 'Well put, and it costs me nothing to answer.',
  },
  { kind: 'reply-to-promoted', by: 'mallory', promoted: 'promoted-nobody', text: 'nobody asked :)' },
  {
    kind: 'reply-to-missing',
    by: 'dave',
    user: 'frank',
    k: 917,
    text: 'Das war mit Abstand der beste Post. Schade, dass er weg ist.',
  },
  { kind: 'reply-to-missing', by: 'ivan', user: 'kosmonaut', k: 3, text: 'Куда вы пропали? Мы ждём ваших снимков.' },
]

/** Lines that need a short link to exist before they can be said. */
export const LINK_LINES: readonly { by: AuthorName; text: string }[] = [
  { by: 'alice', text: 'The seed swap list moved, here it is: {link:seed-swap} — bring envelopes. #garden' },
  { by: 'mallory', text: 'Totally safe link, promise: {link:bad-link} and [this one too]({link:bad-link})' },
]

/** Messages that miners put into blocks: key, the user whose name stands on it, and the text. */
export const PROMOTED: readonly { key: string; user: AuthorName | 'nobody'; text: string }[] = [
  {
    key: 'promoted-nobody',
    user: 'nobody',
    text: 'Promoted posts are needed to run the network infrastructure. If you want to help, start generating blocks and advertise. [en]',
  },
  {
    key: 'promoted-bob',
    user: 'bob',
    text: 'Learn Morse in a month: the Lagos evening net, 7.105 MHz, beginners welcome. https://bob.example.net/radio/morse.html [en]',
  },
  {
    key: 'promoted-carol',
    user: 'carol',
    text: 'Exposição «Rua Molhada», fotografias do Recife, até domingo. Entrada livre. #fotografia [pt]',
  },
  { key: 'promoted-heidi', user: 'heidi', text: '朝四時から営業、手づくり豆腐。売り切れじまい。 [ja]' },
  {
    key: 'promoted-mallory',
    user: 'mallory',
    text: '<marquee>CHEAP</marquee> *exploits* & more: http://mallory.example/?q="><script> [en]',
  },
]
