/** All that is drawn on a card. The same card is the same picture, and has the same address. */
export interface Card {
  /** What it is about: "alice/56", "alice", "hashtag/風", "" for the site itself. */
  about: string
  person?: { n: string; name?: string; avatar?: string }
  /** As twister's texts are written, or plain. */
  text: string
  isPlain: boolean
  /** The same in every language. */
  foot: string
}
