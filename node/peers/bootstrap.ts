import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Addresses } from '../store/addresses.ts'
import type { AddressBook } from './address-book.ts'
import type { HostPort } from './dialer.ts'
import { ADDRESS_SAVE_INTERVAL_MS, FIXED_SEEDS_AFTER_MS, MAX_SEEDS_AGAIN_MS, SEEDS_AGAIN_MS } from './limits.ts'
import { dnsSeedPeers, fixedSeedPeers, openResolver, type ResolveHost } from './seeds.ts'

/** "pretend-age 3–7 days" (chain.md 1.5). */
const CANDIDATE_AGE_S = 5 * 24 * 3600

export interface BootstrapOptions {
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
  readonly addresses: Addresses
  readonly exclusive: boolean
  readonly resolveHost?: ResolveHost
  readonly candidates?: () => readonly HostPort[]
}

/**
 * Saves the book now and then, and fills it: DNS seeds at once and again while nobody is connected, fixed seeds "if the
 * address book is empty 60 s after start" (chain.md 1.5). With --connect no seed is looked at (invariant 12).
 */
export function keepBook(options: BootstrapOptions, book: AddressBook, isLonely: () => boolean): { close(): void } {
  const saving = setInterval(save, ADDRESS_SAVE_INTERVAL_MS)
  const stopSeeding = options.exclusive ? () => undefined : seed(options, book, isLonely)

  function save(): void {
    if (book.isDirty) options.addresses.saveAddresses(book.all())
    book.isDirty = false
  }

  return {
    close: () => {
      stopSeeding()
      clearInterval(saving)
      save()
    },
  }
}

function seed(options: BootstrapOptions, book: AddressBook, isLonely: () => boolean): () => void {
  const { params, clock, log, resolveHost = openResolver() } = options
  let waitMs = SEEDS_AGAIN_MS
  let isClosed = false
  let again: NodeJS.Timeout | undefined

  // "When there are no chain peers but DHT nodes exist, the reference dials DHT contacts at (DHT port − 1000)" (chain.md
  // 5.11). Nobody saw a chain peer there: it is as old as what a seed tells.
  function takeCandidates(): void {
    const lastSeen = clock.now() - CANDIDATE_AGE_S
    for (const { host, port } of options.candidates?.() ?? []) book.add({ host, port, lastSeen }, 'candidates')
  }

  async function askSeeds(): Promise<void> {
    takeCandidates()
    const peers = await dnsSeedPeers(params, resolveHost, clock.now(), log)
    if (isClosed) return
    for (const { seed, ...peer } of peers) book.add(peer, seed)
    again = setTimeout(askIfLonely, waitMs)
    waitMs = Math.min(2 * waitMs, MAX_SEEDS_AGAIN_MS)
  }

  function askIfLonely(): void {
    if (isLonely()) void askSeeds()
    else again = setTimeout(askIfLonely, waitMs)
  }

  function takeFixedSeeds(): void {
    if (book.size > 0) return
    for (const peer of fixedSeedPeers(params, clock.now())) book.add(peer, 'fixed seeds')
  }

  const fixed = setTimeout(takeFixedSeeds, FIXED_SEEDS_AFTER_MS)
  void askSeeds()
  return () => {
    isClosed = true
    clearTimeout(fixed)
    clearTimeout(again)
  }
}
