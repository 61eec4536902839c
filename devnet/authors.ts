/** The people of the private network. Order is the order of their registration. */
export const AUTHOR_NAMES = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'mallory',
  'niaj',
] as const

export type AuthorName = (typeof AUTHOR_NAMES)[number]

export interface Author {
  readonly name: AuthorName
  /** What the author saved as profile; absent members were left empty. */
  readonly profile: Readonly<Partial<Record<ProfileField, string>>>
  /** A drawn picture, or the text an unusual client put in its place. */
  readonly avatar: { kind: 'png' | 'jpeg'; hue: number } | { kind: 'text'; text: string } | undefined
  readonly follows: readonly AuthorName[]
  /** One of the running nodes, by its number. */
  readonly home: number
}

export type ProfileField = 'fullname' | 'bio' | 'location' | 'url' | 'tox' | 'bitmessage'

/** Names that only read: they register, are followed, and never write. */
export const READER_COUNT = 212

const TOX = '56A1ADE4B65B86BCD51CC73E2CD4E542179F47959FE3E0E21B4B0ACDADE51855D34D34D37CB5'

export const AUTHORS: readonly Author[] = [
  {
    name: 'alice',
    profile: {
      fullname: 'Alice Marlowe',
      bio: 'Keeps servers and tomatoes alive. Notes on #selfhosting and #garden. Replies when it rains.',
      location: 'Bristol, UK',
      url: 'https://alice.example.org',
      tox: TOX,
    },
    avatar: { kind: 'png', hue: 150 },
    follows: ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'niaj'],
    home: 0,
  },
  {
    name: 'bob',
    profile: {
      fullname: 'Bob Okafor',
      bio: 'Radio, solder, patience. 5N0-something on the air. *73* to all.',
      location: 'Lagos',
      url: 'bob.example.net/radio',
    },
    avatar: { kind: 'jpeg', hue: 20 },
    follows: ['alice', 'carol', 'erin', 'ivan', 'mallory'],
    home: 1,
  },
  {
    name: 'carol',
    profile: {
      fullname: 'Carolina "Carol" Nascimento',
      bio: 'Fotógrafa de rua. Recife, maracatu e café forte. Também falo inglês e portunhol.',
      location: 'Recife, Brasil',
      url: 'https://carol.example.com/fotos',
    },
    avatar: { kind: 'jpeg', hue: 320 },
    follows: ['alice', 'bob', 'heidi', 'grace'],
    home: 2,
  },
  {
    name: 'dave',
    profile: {
      fullname: 'Dave Köhler',
      bio: 'Fahrrad, Brot, freie Software. Schreibt meistens deutsch, flucht auf Plattdeutsch.',
      location: 'Bremen',
      url: 'https://dave.example.org/~dave/',
    },
    avatar: { kind: 'png', hue: 200 },
    follows: ['alice', 'erin', 'ivan', 'judy', 'frank'],
    home: 3,
  },
  {
    name: 'erin',
    profile: {
      fullname: 'Erin Byrne',
      bio: 'Threat models & tea. New key since yesterday, see my posts.',
      location: 'Galway',
      bitmessage: 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK',
    },
    avatar: { kind: 'png', hue: 90 },
    follows: ['alice', 'bob', 'dave', 'mallory'],
    home: 1,
  },
  {
    name: 'frank',
    profile: {
      fullname: '劉方 Frank Liu',
      bio: '台北人，住在曼谷。寫程式、煮麵、拍夜市。中文 / ภาษาไทย / English',
      location: '曼谷 กรุงเทพฯ',
      url: 'https://frank.example.net/',
    },
    avatar: { kind: 'jpeg', hue: 50 },
    follows: ['heidi', 'alice', 'grace'],
    home: 0,
  },
  {
    name: 'grace',
    profile: {
      fullname: 'ग्रेस डिसूज़ा',
      bio: 'पुणे से। क्रिकेट, चाय और पुरानी किताबें। Data journalist by day.',
      location: 'पुणे, भारत',
    },
    avatar: { kind: 'png', hue: 270 },
    follows: ['alice', 'carol', 'frank', 'niaj', 'judy'],
    home: 2,
  },
  {
    name: 'heidi',
    profile: {
      fullname: '田中ハイジ',
      bio: '京都で豆腐屋をしています。朝は早い。写真と電車と猫。',
      location: '京都',
      url: 'https://heidi.example.jp',
    },
    avatar: { kind: 'png', hue: 0 },
    follows: ['carol', 'frank', 'ivan'],
    home: 3,
  },
  {
    name: 'ivan',
    profile: {
      fullname: 'Иван Соколов',
      bio: 'Смотрю в телескоп, когда нет облаков. То есть редко. #астрономия',
      location: 'Томск',
      url: 'http://ivan.example.org/sky',
    },
    // what the reference's client saves when the picture was removed
    avatar: { kind: 'text', text: 'img/genericPerson.png' },
    follows: ['alice', 'bob', 'dave', 'erin', 'heidi', 'niaj'],
    home: 0,
  },
  {
    name: 'judy',
    profile: {
      fullname: "ג'ודי לוי",
      bio: 'ספרנית בחיפה. קוראת הכול, מחזירה בזמן. Librarian — ask me for books.',
      location: 'חיפה',
    },
    avatar: { kind: 'jpeg', hue: 240 },
    follows: ['niaj', 'grace', 'alice', 'dave'],
    home: 1,
  },
  {
    name: 'mallory',
    profile: {
      fullname: '<b>Mallory</b> & Sons',
      bio: 'Tests your client so that you need not. [free pony](javascript:alert(1)) <script>alert(1)</script>',
      location: '"><img src=x onerror=alert(1)>',
      url: 'javascript:alert(document.domain)',
    },
    // a client that lets every reader call home
    avatar: { kind: 'text', text: 'https://tracker.example.com/pixel.gif?who=reader' },
    follows: ['alice'],
    home: 2,
  },
  {
    name: 'niaj',
    profile: {
      fullname: 'نياج الحسن',
      bio: 'خطّاط من عمّان. أكتب عن الحبر والورق والقهوة ☕️',
      location: 'عمّان',
      url: 'https://niaj.example.org/خط',
    },
    avatar: { kind: 'png', hue: 30 },
    follows: ['judy', 'grace', 'alice', 'carol', 'frank', 'heidi', 'ivan'],
    home: 3,
  },
]

export function authorByName(name: AuthorName): Author {
  const author = AUTHORS.find((candidate) => candidate.name === name)
  if (author === undefined) throw new Error(`no author ${name}`)
  return author
}

const FIRST =
  'ana ben chidi dana emre fatou goran hana iris jonas kofi lena marek nadia omar petra quim rosa sana tomas'
const SECOND = 'reads _otter 42 _lisbon _sky _fern mp3 _north 7 _tea'

/** The reading names, all different, at most 16 bytes, in a fixed order. */
export function readerNames(count: number = READER_COUNT): string[] {
  const firsts = FIRST.split(' ')
  const seconds = ['', ...SECOND.split(' ')]
  const names = seconds.flatMap((second) => firsts.map((first) => `${first}${second}`))
  return names.slice(0, count)
}
