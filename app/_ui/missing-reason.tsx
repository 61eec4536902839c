import type { ReactNode } from 'react'
import type { MissingWhy } from '../../db/views.ts'
import { richWords, words } from '../_words/words.ts'

/** Why a post is not here, in a sentence; codes are those of the API. */
export function missingReason(why: MissingWhy): ReactNode {
  switch (why.kind) {
    case 'not-seen':
      return words('missing.notSeen')
    case 'not-followed':
      return words('missing.notFollowed')
    case 'unregistered':
      return words('missing.unregistered')
    case 'above-limit':
      return words('missing.aboveLimit')
    case 'waiting':
      return richWords('missing.waiting', { code: <code dir="ltr">{why.code}</code> })
    case 'refused':
      return richWords('missing.refused', { code: <code dir="ltr">{why.code}</code> })
    case 'rival':
      return words('missing.rival')
  }
}
