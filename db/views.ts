import type { Page } from './page.ts'

/** What the pages and the API show: plain data, without SQL and without bytes that nobody asked for. Hashes are hex. */

/** A name as it stands beside a post. `avatar` is the picture's content hash. */
export interface PersonView {
  n: string
  fullname?: string
  avatar?: string
}

/** The kinds that are shown. Direct messages and private favourites are counted, and never leave the database. */
export type ShownKind = 'post' | 'reply' | 'retwist' | 'favourite' | 'custom'

/** Post numbers, both ends included. */
export interface NumberRange {
  from: number
  to: number
}

export interface PostCounts {
  replies: number
  retwists: number
  favourites: number
}

/** The parent a post names. A parent that is not here is named by nobody but its child. */
export interface ParentView {
  n: string
  k: number
  /** n was "!name": the parent is the promoted message of block k. */
  isPromoted: boolean
  isHere: boolean
  fullname?: string
  text?: string
}

/** The post inside a retwist or a favourite, as its own author signed it. */
export interface InnerPostView {
  n: string
  k: number
  height: number
  time: number
  msg: string
  msg2: string
  reply?: { n: string; k: number }
  contentHash: string
  author: PersonView
  /** The post stands in this index on its own, too. */
  isHere: boolean
  counts: PostCounts
}

export interface PostView {
  n: string
  k: number
  kind: ShownKind
  height: number
  /** As signed by the author; nobody checks it. */
  time: number
  msg: string
  msg2: string
  lastk?: number
  reply?: ParentView
  rt?: InnerPostView
  fav?: InnerPostView
  url?: string
  mimetype?: string
  /** ISO 639 code of the language of the text, as far as it can be told. */
  lang?: string
  contentHash: string
  /** How many other posts with the same number and a good signature exist. */
  rivalCount: number
  author: PersonView
  counts: PostCounts
}

export interface PostId {
  n: string
  k: number
}

/** Whether a post is here and shown; otherwise why not, in the codes of the API. */
export type PostStandingView = PostId &
  (
    | { kind: 'here' }
    /** Its author opted out, or the operator blocked it. */
    | { kind: 'opted-out' | 'blocked'; reason: string }
    /** A direct message or a private favourite. */
    | { kind: 'post-encrypted' }
    | { kind: 'post-not-seen' }
    /** The chain holds no such author. */
    | { kind: 'unknown-user' }
  )

/** Where a post came from and what vouches for it. */
export interface ProvenanceView {
  sizeBytes: number
  /** 'swarm', 'local', 'retwist', 'dht', or 'dht-' and the kind of the value that held it. */
  source: string
  /** A node follows the author's swarm now. */
  isFollowed: boolean
  firstSeen: number
  /** hash160 of the key that signed. */
  keyId: string
  /** The registration in force at the post's height. */
  registration?: RegistrationView
  /** Content hashes of the other posts with this number. */
  rivals: string[]
}

export interface PostDetailView extends PostView {
  provenance: ProvenanceView
}

export interface ThreadNode {
  post: PostView
  replies: ThreadNode[]
  /** How many posts are below this one, at any depth. */
  size: number
}

/** What stands above a post: posts, and at the top perhaps a post that only its child names. */
export type AncestorView =
  | { kind: 'post'; post: PostView }
  | { kind: 'promoted'; message: PromotedView }
  | {
      kind: 'missing'
      n: string
      k: number
      isPromoted: boolean
      isRegistered: boolean
      knownK?: number
      isHidden: boolean
    }

export interface ThreadView {
  /** From the root down to the parent. */
  ancestors: AncestorView[]
  /** Absent when no such post has been seen. */
  post?: PostDetailView
  replies: ThreadNode[]
  replyCount: number
  peopleCount: number
  isTruncated: boolean
}

/** Replies to a post of a thread that are not shown: who does not want it. */
export interface HiddenRepliesView extends PostId {
  by: 'author' | 'operator'
  count: number
}

/** The numbers before and after a post of its author's that are shown, and how many are in all. */
export interface AuthorPlaceView {
  prev?: number
  next?: number
  postCount: number
}

/** The first transaction of a name, another key for it, or the same transaction once more. */
export type RegistrationKind = 'registration' | 'replacement' | 'reinclusion'

export interface RegistrationView {
  kind: RegistrationKind
  height: number
  time: number
  blockHash: string
  txid: string
  publicKey?: string
}

export interface ProfileView {
  fullname: string
  bio: string
  location: string
  url: string
  tox: string
  bitmessage: string
  time: number
  height: number
}

export interface UserCounts {
  posts: number
  replies: number
  retwists: number
  favourites: number
  custom: number
  privateFavourites: number
  /** Encrypted: counted, never shown. */
  directMessages: number
  following: number
  followers: number
}

/** What is known to exist and what is here. Numbers that nobody named may exist too. */
export interface CompletenessView {
  /** The highest post number that anybody named. */
  knownK?: number
  /** How many different numbers are here, direct messages included. */
  held: number
  /** Whether a node says that it follows this user's swarm, and when it last said so. */
  isFollowed: boolean
  reportedAt?: number
  peers?: number
}

/** Why a post is not here. */
export type MissingWhy =
  /** The node follows its author, and nobody in the swarm has had it yet. */
  | { kind: 'not-seen' }
  | { kind: 'not-followed' }
  /** The chain holds no such name. */
  | { kind: 'unregistered' }
  /** The author may not have written so many posts yet: everybody refuses it. */
  | { kind: 'above-limit' }
  /** It is here and cannot be judged yet. */
  | { kind: 'waiting'; code: string }
  /** It came, and a rule refused it. */
  | { kind: 'refused'; code: string }
  /** It is here, and so is the other post that has its number. */
  | { kind: 'rival' }

export interface MissingRangeView extends NumberRange {
  why: MissingWhy
}

/** The highest number that each source names: the node's inventory, the user's posts, their lastk, others' answers and retwists. */
export interface KnownNumbersView {
  inventory?: number
  posts?: number
  lastk?: number
  answered?: number
  embedded?: number
}

export interface UserCompletenessView {
  n: string
  /** The highest number known of that the author may have used. */
  knownK?: number
  known: KnownNumbersView
  /** From the highest down. */
  missing: MissingRangeView[]
  /** Numbers below this one have not been looked at. */
  next?: number
}

/** A post that is named and not here. */
export interface MissingPostView {
  n: string
  k: number
  /** The first post that names it. */
  namedBy: { n: string; k: number }
  why: MissingWhy
}

export interface UserView {
  n: string
  publicKey?: string
  registeredHeight: number
  registeredTime: number
  keys: RegistrationView[]
  profile?: ProfileView
  avatar?: string
  counts: UserCounts
  completeness: CompletenessView
  firstTime?: number
  lastTime?: number
}

/** A value of the DHT that a user signed; `p`, its signature and its hash in hex. */
export interface UserValueView {
  resource: string
  seq: number
  height: number
  time: number
  contentHash: string
  p: string
  sigP: string
}

/** A line of a list of people. */
export interface UserLineView {
  n: string
  fullname?: string
  avatar?: string
  bio?: string
  registeredHeight?: number
  registeredTime?: number
  postCount: number
  followerCount: number
  lastTime?: number
  /** Anything of the user is here: posts, a profile, or a swarm that is followed. */
  isIndexed: boolean
}

/** windowCount: posts, replies and retwists of the days asked for. */
export interface ActivePersonView extends UserLineView {
  windowCount: number
}

/** listCount: how many of the people whose lists were looked at follow this one. */
export interface SuggestedPersonView extends UserLineView {
  listCount: number
}

/** answerCount: how many of somebody's newest replies answer this one. */
export interface AnsweredPersonView extends UserLineView {
  answerCount: number
}

/** names: on the chain. users: of whom posts are here. active: those of them who posted since a time. */
export interface PeopleTotalsView {
  names: number
  users: number
  active: number
}

export interface HashtagView {
  tag: string
  postCount: number
  peopleCount: number
  firstTime?: number
  lastTime?: number
}

/** What a search found. */
export interface SearchView extends Page<PostView> {
  /** It took too long and was given up: there may be posts that are not here. */
  isCut: boolean
  /** Words that no post has, and those that were looked for instead, as far as the posts here hold them. */
  replaced: { word: string; by: string[] }[]
}

/** A hashtag on one day, which begins at `time`. */
export interface HashtagDayView {
  time: number
  postCount: number
  peopleCount: number
}

/** A hashtag that stands beside another, and how many authors used both. */
export interface RelatedHashtagView {
  tag: string
  peopleCount: number
}

/** A hashtag that is talked about, and why it is said to be (db/queries/trends.ts). */
export interface TrendView {
  tag: string
  /** Authors and posts of the last 48 hours. */
  people: number
  posts: number
  /** Authors, the less the longer ago they used it; what that sum is on an average day; how far apart they are. */
  seen: number
  expected: number
  /** Absent where one author alone uses it. */
  score?: number
  /** twister's own score, with a half-life of 8 hours. */
  twisterScore: number
}

export interface TrendsView {
  /** The moment: posts after it do not count. */
  at: number
  items: TrendView[]
}

export interface PromotedView {
  height: number
  blockHash: string
  time: number
  n: string
  msg: string
  /** The message is signed with the key of n; otherwise its miner is unknown and n is "nobody". */
  isSigned: boolean
}

export interface BlockLineView {
  height: number
  hash: string
  time: number
  txCount: number
  sizeBytes: number
}

export interface BlockView extends BlockLineView {
  prevHash: string
  nextHash?: string
  bits: number
  isActive: boolean
  promoted?: PromotedView
  registrations: BlockRegistrationView[]
}

export interface BlockRegistrationView {
  n: string
  kind: RegistrationKind
  txid: string
}

export interface TipView {
  height: number
  hash: string
  time: number
}

/** The best chain as a whole. */
export interface ChainView extends TipView {
  network: string
  bits: number
  /** Expected hashes of the whole chain: 64 hex digits. */
  chainwork: string
  txCount: number
  nameCount: number
}

/** A user that the node follows, why, and how it gets on. Times in unix seconds, by the node's clock. */
export interface FollowView {
  n: string
  /** operator (told at run time), setting, or crawl. */
  origin: string
  since: number
  /** The chain holds the name. */
  isRegistered: boolean
  knownK?: number
  held: number
  seen: number
  missing: number
  invalid: number
  rivals: number
  peers: number
  lastAttempt?: number
  lastError?: string
  lastErrorAt?: number
  reportedAt: number
}

/** All followed users together. */
export interface FollowsSummaryView {
  /** Posts that are known of and not here, and of how many users. */
  missing: number
  lacking: number
  /** Users whose last attempt failed. */
  failing: number
  /** Names that the chain does not hold. */
  unregistered: number
}

/** A fetch on demand of a user who is not followed. */
export interface UserFetchView {
  state: 'waiting' | 'running' | 'done' | 'refused'
  /** When it came to be so, by the node's clock. */
  since: number
  profile: boolean
  avatar: boolean
  following: number
  posts: number
  knownK?: number
  /** Why it was refused. */
  code?: string
}

/** What a node last said of itself, without any address: those of its peers are nobody's business. */
export interface NodeReportView {
  nodeId: string
  at: number
  height?: number
  headerHeight?: number
  isSynced?: boolean
  peerCount?: number
  dhtContacts?: number
  dhtItems?: number
  isDhtPaused?: boolean
  followed?: number
  swarmPeers?: number
  /** The last record of its outbox, and the last one that is durable in the index. */
  outboxLast?: number
  cursor?: number
  isQueueAway?: boolean
  /** native, or the slower fallback where the machine has no binding. */
  signatures?: string
  /** Threads that hash headers. */
  workThreads?: number
  /** Registrations that wait for a block. */
  mempool?: number
  /** Peers of the chain that were closed for what they sent. */
  offenders?: number
  /** Addresses that the DHT does not listen to: they lied, or sent too much. */
  dhtShunned?: number
  /** Followed users by reason, and how many the crawl may add. */
  following?: { operator: number; setting: number; crawl: number; crawlLimit: number }
  lookups?: LookupsView
  fetches?: { running: number; waiting: number; done: number; refused: number }
  /** Messages of the control queue. */
  control?: { taken: number; refused: number }
  /** How much it refused from others, by code. */
  refused: Record<string, number>
}

/** Resources of the DHT that a node looks up, in the network's words; `post`: posts that are missing. */
export const LOOKUP_KINDS = [
  'status',
  'profile',
  'avatar',
  'following',
  'mention',
  'replies',
  'rts',
  'hashtag',
  'post',
] as const

/** How a node gets on with looking up in the DHT what followed users publish and what others say to them. */
export interface LookupsView {
  /** How many it may make: a minute, and at once. */
  perMinute: number
  atOnce: number
  running: number
  kinds: LookupKindView[]
}

export interface LookupKindView {
  kind: (typeof LOOKUP_KINDS)[number]
  /** Resources that it asks for again and again, and those of them whose time has come. */
  errands: number
  due: number
  running: number
  /** Look-ups since it started, those that found something, and those that nobody answered. */
  done: number
  found: number
  failed: number
  /** Unix seconds of the next one that is not due yet. */
  next?: number
}

export interface IndexerReportView {
  at: number
  startedAt?: number
  queueLength?: number
  /** Visitors' wishes for users who are not indexed. */
  wanted?: { forwarded: number; dropped: number }
}

/** How the index and the nodes that it was compared with agree, all followed users of all of them together. */
export interface ReconciliationView {
  /** Users compared, and those of them in whom something differed the last time. */
  users: number
  differing: number
  /** Posts and values that the index lacked, and that a node lacked, the last time. */
  lackingHere: number
  lackingThere: number
  /** How many the nodes were asked for, and how many they were given, so far. */
  asked: number
  given: number
  /** Unix seconds of the last comparison. */
  comparedAt?: number
}

/** How the derived rows stand to the raw ones. Times in unix seconds, by the clock that the indexer goes by. */
export interface DerivationView {
  /** The index is being derived anew, or checked; what is shown is whole meanwhile. */
  rebuild?: { phase: string; done: number; total: number; startedAt: number }
  verification?: VerificationView
}

/** What the last check of the index found, and its digests: the same on any two instances that hold the same. */
export interface VerificationView {
  at: number
  isGood: boolean
  height: number
  problems: number
  network: string
  pages: string
}

export interface StatusView {
  derivation: DerivationView
  network?: string
  schema?: string
  tip?: TipView
  nodes: NodeReportView[]
  follows: FollowsSummaryView
  indexer?: IndexerReportView
  reconciliation: ReconciliationView
  counts: { names: number; users: number; posts: number; hashtags: number; waiting: number; refused: number }
  newestPost?: number
}

/** Why something is not shown. */
export interface TombstoneView {
  /** The author opted out, or the operator blocked it. */
  by: 'author' | 'operator'
  reason: string
}

/** Whether the chain holds a name, and why nothing of its owner is shown. */
export interface UserStandingView {
  isRegistered: boolean
  tombstone?: TombstoneView
}

/** What the operator blocked, as far as readers are told. */
export type BlockedSubjectView =
  | { kind: 'user'; n: string; reason: string; since: number }
  /** `posts`: how many posts it hides, those that embed it among them. n is "!name" for a promoted message. */
  | { kind: 'post'; n: string; k: number; reason: string; since: number; posts: number }
  | { kind: 'tag' | 'word'; reason: string; since: number; posts: number }

/** How much is blocked, by kind. */
export interface BlockTotalsView {
  users: number
  posts: number
  tags: number
  words: number
  optedOut: number
}

/** What the operator blocked: kind user, post, tag or word, and how many posts it alone hides (not those of a user). */
export interface BlockedView {
  kind: string
  subject: string
  reason: string
  at: number
  posts: number
}

/** Something that was refused, for the operator. Its bytes may be cut. */
export interface RefusedItemView {
  id: number
  code: string
  kind: string
  n?: string
  k?: number
  sizeBytes: number
  source: string
  detail: string
  receivedAt: number
  /** It was kept whole, and may be judged again. */
  canRetry: boolean
}

export interface RefusedItemBytes {
  kind: string
  bytes: Uint8Array
}
