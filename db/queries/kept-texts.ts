import type postgres from 'postgres'

/** Different queries of which the text is kept; searches could make ever new ones. Those after them are asked all the same. */
const MAX_KEPT_STEPS = 20_000

type Callable = (...args: never[]) => unknown
type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => postgres.PendingQuery<postgres.Row[]>

/**
 * The driver makes a promise of every fragment and joins the text of a query each time it is asked: for a list of posts,
 * twenty fragments and 4 KB, that takes as long as reading the rows. Here a fragment is its template and its values, and
 * the text of a query is kept by the templates it is made of, which are the same objects whenever the same code runs.
 */
export function withKeptTexts<Sql extends Callable>(sql: Sql, texts = new Texts()): Sql {
  const tag: Tag = (...parts) => Reflect.apply(sql, undefined, parts)
  return new Proxy(sql, {
    apply: (_sql, _self, args: unknown[]) => {
      const [strings, ...values] = args
      return isTemplate(strings) ? new LateQuery(tag, texts, strings, values) : Reflect.apply(sql, undefined, args)
    },
    // A transaction has a tag of its own, and its queries may hold fragments made by this one.
    get: (_sql, name) => {
      const property: unknown = Reflect.get(sql, name)
      if (name !== 'begin' || typeof property !== 'function') return property
      return (...args: unknown[]) => {
        const work = args.pop()
        if (typeof work !== 'function') throw new TypeError('a transaction without work')
        const withTexts = (tx: Callable): unknown => Reflect.apply(work, undefined, [withKeptTexts(tx, texts)])
        return Reflect.apply(property, sql, [...args, withTexts])
      }
    },
  })
}

/** A fragment, or a query that is asked when somebody waits for it. */
class LateQuery {
  private asked: postgres.PendingQuery<postgres.Row[]> | undefined
  private readonly tag: Tag
  private readonly texts: Texts
  readonly strings: TemplateStringsArray
  readonly values: readonly unknown[]

  constructor(tag: Tag, texts: Texts, strings: TemplateStringsArray, values: readonly unknown[]) {
    this.tag = tag
    this.texts = texts
    this.strings = strings
    this.values = values
  }

  // biome-ignore lint/suspicious/noThenProperty: it is waited for as the driver's own queries are.
  then<A, B>(onAnswer?: (rows: unknown) => A, onFailure?: (error: unknown) => B): Promise<A | B> {
    return this.query().then(onAnswer, onFailure)
  }

  catch<B>(onFailure: (error: unknown) => B): Promise<unknown> {
    return this.query().catch(onFailure)
  }

  finally(onEnd: () => void): Promise<unknown> {
    return this.query().finally(onEnd)
  }

  cursor(rows: number): AsyncIterable<unknown> {
    return this.query().cursor(rows)
  }

  private query(): postgres.PendingQuery<postgres.Row[]> {
    this.asked ??= this.make()
    return this.asked
  }

  private make(): postgres.PendingQuery<postgres.Row[]> {
    const values: unknown[] = []
    const strings = this.texts.of(this, values)
    return strings === undefined ? this.asFragment() : this.tag(strings, ...values)
  }

  /** As the driver would have had it. */
  private asFragment(): postgres.PendingQuery<postgres.Row[]> {
    return this.tag(
      this.strings,
      ...this.values.map((value) => (value instanceof LateQuery ? value.asFragment() : value)),
    )
  }
}

interface Step {
  next: Map<TemplateStringsArray | typeof VALUE, Step>
  strings?: TemplateStringsArray
}

const VALUE = Symbol('a value')

/** The texts of queries, by their templates in the order in which they stand, and where values stand between them. */
class Texts {
  private readonly first: Step = { next: new Map() }
  private steps = 0

  /** What stands between all values of a query, which are added to `values`; nothing when no more can be kept. */
  of(query: LateQuery, values: unknown[]): TemplateStringsArray | undefined {
    const last = this.walk(query, this.first, values)
    if (last.strings !== undefined || this.steps > MAX_KEPT_STEPS) return last.strings
    const strings = ['']
    layText(query, strings)
    last.strings = Object.assign(strings, { raw: [...strings] })
    return last.strings
  }

  private walk(query: LateQuery, from: Step, values: unknown[]): Step {
    let step = this.after(from, query.strings)
    for (const value of query.values) {
      if (value instanceof LateQuery) step = this.walk(value, step, values)
      else {
        step = this.after(step, VALUE)
        values.push(value)
      }
    }
    return step
  }

  private after(step: Step, key: TemplateStringsArray | typeof VALUE): Step {
    const known = step.next.get(key)
    if (known !== undefined) return known
    const made: Step = { next: new Map() }
    if (this.steps++ <= MAX_KEPT_STEPS) step.next.set(key, made)
    return made
  }
}

/** Goes on with the last of `strings`; each value ends one and starts another. */
function layText({ strings: pieces, values }: LateQuery, strings: string[]): void {
  const add = (piece = '') => strings.push(`${strings.pop()}${piece}`)
  add(pieces[0])
  for (const [at, value] of values.entries()) {
    if (value instanceof LateQuery) layText(value, strings)
    else strings.push('')
    add(pieces[at + 1])
  }
}

function isTemplate(strings: unknown): strings is TemplateStringsArray {
  return Array.isArray(strings) && 'raw' in strings
}
