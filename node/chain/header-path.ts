import type { HeaderTree } from './header-tree.ts'

/** One branch of the tree from genesis to a tip, by height. */
export class HeaderPath {
  readonly #tree: HeaderTree
  #indexes = new Int32Array(1 << 12)
  #tip = 0

  /** Starts with genesis, header 0 of every tree. */
  constructor(tree: HeaderTree) {
    this.#tree = tree
  }

  get tip(): number {
    return this.#tip
  }

  get height(): number {
    return this.#tree.height(this.#tip)
  }

  at(height: number): number | undefined {
    return height >= 0 && height <= this.height ? this.#indexes[height] : undefined
  }

  has(index: number): boolean {
    return this.at(this.#tree.height(index)) === index
  }

  /** Moves to another tip; costs as many steps as the two branches differ. */
  setTip(index: number): void {
    const height = this.#tree.height(index)
    while (height >= this.#indexes.length) {
      const grown = new Int32Array(2 * this.#indexes.length)
      grown.set(this.#indexes)
      this.#indexes = grown
    }
    const oldHeight = this.height
    this.#tip = index
    for (let step: number | undefined = index; step !== undefined; step = this.#tree.parent(step)) {
      const stepHeight = this.#tree.height(step)
      if (stepHeight <= oldHeight && this.#indexes[stepHeight] === step) break
      this.#indexes[stepHeight] = step
    }
  }

  /** The ancestor of `index` at `height`, itself included. */
  ancestor(index: number, height: number): number | undefined {
    if (height < 0 || height > this.#tree.height(index)) return undefined
    let step: number | undefined = index
    while (step !== undefined && this.#tree.height(step) > height && !this.has(step)) step = this.#tree.parent(step)
    if (step === undefined || this.#tree.height(step) === height) return step
    return this.at(height)
  }

  /** The highest header of this path that `index` descends from. */
  fork(index: number): number {
    let step = index
    while (!this.has(step)) {
      const parent = this.#tree.parent(step)
      if (parent === undefined) throw new Error('two headers without a common ancestor')
      step = parent
    }
    return step
  }
}
