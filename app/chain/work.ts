/** What a header's bits ask for: how much harder it is than the easiest target of 0xffff · 2^208 (chain.md 4.1). */
export function difficultyOf(bits: number): number {
  const exponent = bits >>> 24
  const mantissa = bits & 0x7fffff
  return (0xffff / mantissa) * 256 ** (0x1d - exponent)
}

/** `chainwork`: hex digits. The work is about two to the power of the answer. */
export function workBits(chainwork: string): number {
  const digits = chainwork.replace(/^0+/, '')
  if (digits === '') return 0
  return (digits.length - 1) * 4 + Math.floor(Math.log2(Number.parseInt(digits.charAt(0), 16)))
}
