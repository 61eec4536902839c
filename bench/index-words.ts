import { type Random, Zipf } from './random.ts'

/** Frequent words, so that a language can be told, and syllables to make rare ones of. */
interface Language {
  frequent: readonly string[]
  syllables: readonly string[]
  /** Between words. */
  space: string
}

const words = (text: string): string[] => text.split(' ')
const letters = (text: string): string[] => [...text]

const LANGUAGES: readonly Language[] = [
  {
    frequent: words(
      'the and of to in is that it was for on are with as they be at this have from or had by but not what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our me man too any day same right look think also around another came come work three must because does part even place well such here take why help put different away again off went old number great tell men say small every found still between name should home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always',
    ),
    syllables: words(
      'ba ten mor li con ver sta pro gra nel tis ou ment ing ter dis far sol hin qua rel pos tri nu lam',
    ),
    space: ' ',
  },
  {
    frequent: words(
      'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei wenn ich kann schon wir doch hier heute immer wieder gut Leute Zeit Jahr Tag Netz frei sehr viel müssen können schöne größer grün',
    ),
    syllables: words('schla ge ver ung keit heit stau brü cken mül ler bahn haus wald fen ster über lich zen trum'),
    space: ' ',
  },
  {
    frequent: words(
      'de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha numa pelos elas qual amanhã coração ação rede livre gente',
    ),
    syllables: words('ção ma ri lho nha ven tu ra pos to ca sa bra sil cor des ten lin gua bem'),
    space: ' ',
  },
  {
    frequent: words(
      'и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой что так от всё ещё год для человек время если сказать тот вы до мочь о знать говорить стать день дело жизнь рука первый большой новый можно сеть люди сегодня хорошо очень только когда где будет был была',
    ),
    syllables: words('при ста но ве ли ка ро де ни ма то ско бо пере слу жи тель град вод'),
    space: ' ',
  },
  {
    frequent: letters(
      '的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切怕',
    ),
    syllables: letters('推特微博网络自由消息密码区块链去中心开源软件搜索标签用户关注转发评论收藏'),
    space: '',
  },
  {
    frequent: words(
      'これ は それ が あなた の わたし に ここ を です ます した して いる ある ない から まで また とても ネット 自由 人 日 今日 明日 本 読む 書く 見る 新しい 古い 大きい 世界 友達 時間 言葉',
    ),
    syllables: letters(
      'アイウエオカキクケコさしすせそたちつてとなにぬねのはひふへほまみむめもらりるれろ東京都大阪電車駅花火山川',
    ),
    space: '',
  },
  {
    frequent: words(
      'في من على إلى أن هذا هذه التي الذي كان ما لا عن مع هو هي كل بعد قبل بين يوم عام حتى إذا لم قد ثم أو نحن اليوم الناس الحرية شبكة جديد كبير كتاب وقت كلمة عالم',
    ),
    syllables: words('مد رس كت اب سل ام حر ية نو ر شم س قم ر بح ار'),
    space: ' ',
  },
  {
    frequent: words(
      'και το να του η της με που την από για είναι στο ένα δεν οι τα τη σε θα στην των μας αυτό αλλά μου όταν πολύ σήμερα άνθρωποι ελευθερία δίκτυο κόσμος χρόνος λέξη νέο μεγάλο',
    ),
    syllables: words('κα λη μέ ρα πό λης δρό μος θά λασ σα φως νύ χτα σπί τι'),
    space: ' ',
  },
]

/** How often each is written in, in the order above. */
const SHARES = [0.46, 0.12, 0.1, 0.1, 0.1, 0.05, 0.04, 0.03]
const RARE_WORDS = 20_000
const TAGS = 3_000

/** Texts of several scripts with a vocabulary whose frequencies fall as those of real ones do. */
export class Writer {
  readonly #random: Random
  readonly #vocabularies: readonly (readonly string[])[]
  readonly #common: readonly Zipf[]
  readonly #rare = new Zipf(RARE_WORDS, 1)
  readonly #tags: readonly string[]
  readonly #tagRanks = new Zipf(TAGS, 1.1)

  constructor(random: Random) {
    this.#random = random
    this.#vocabularies = LANGUAGES.map(({ syllables }) =>
      Array.from({ length: RARE_WORDS }, () => this.#word(syllables)),
    )
    this.#common = LANGUAGES.map(({ frequent }) => new Zipf(frequent.length, 0.9))
    this.#tags = Array.from({ length: TAGS }, (_, i) => {
      const language = LANGUAGES[i % 3 === 0 ? random.below(LANGUAGES.length) : 0]
      return `${this.#word(language?.syllables ?? [])}${i % 10 === 0 ? i : ''}`
    })
  }

  /** The language that most of a user's posts are in. */
  language(): number {
    const wanted = this.#random.next()
    let sum = 0
    const found = SHARES.findIndex((share) => {
      sum += share
      return wanted < sum
    })
    return Math.max(found, 0)
  }

  /** At most `codePoints` of text. */
  sentence(language: number, codePoints: number): string {
    const { frequent, space } = LANGUAGES[language] ?? { frequent: [], space: ' ' }
    const rare = this.#vocabularies[language] ?? []
    const count = 3 + this.#random.below(18)
    const chosen = Array.from({ length: count }, () =>
      this.#random.isLucky(0.6)
        ? frequent[this.#common[language]?.draw(this.#random) ?? 0]
        : rare[this.#rare.draw(this.#random)],
    )
    return [...chosen.join(space)].slice(0, codePoints).join('')
  }

  /** Without its sign. Some are in fashion for a while: the ranks move with the day. */
  tag(day: number): string {
    const rank = this.#tagRanks.draw(this.#random)
    const moved = this.#random.isLucky(0.3) ? (rank + day * 7) % TAGS : rank
    return this.#tags[moved] ?? 'tag'
  }

  #word(syllables: readonly string[]): string {
    return Array.from({ length: 1 + this.#random.below(4) }, () => this.#random.pick(syllables)).join('')
  }
}
