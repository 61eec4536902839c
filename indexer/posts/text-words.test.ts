import { describe, expect, it } from 'vitest'
import { encodeTwistUri } from '../../node/protocol/twist-uri.ts'
import { textWords } from './text-words.ts'

const both = { isDispatched: true, isLinked: true }
const dispatched = { isDispatched: true, isLinked: false }
const linked = { isDispatched: false, isLinked: true }

describe('textWords', () => {
  it('says of a hashtag whether it is filed, seen linked, or both', () => {
    expect(textWords('#Both, x#seen and http://a.example/#filed #half|word').hashtags).toEqual([
      { word: 'both', ...both },
      { word: 'filed', ...dispatched },
      { word: 'half|word', ...both },
      { word: 'seen', ...linked },
    ])
  })

  it('says the same of mentions', () => {
    expect(textWords('@Alice x@bob “@carol @dave-x').mentions).toEqual([
      { word: 'alice', ...both },
      { word: 'dave-x', ...dispatched },
      { word: 'carol', ...linked },
      { word: 'dave', ...linked },
    ])
  })

  it('looks into marked words and named links', () => {
    expect(textWords('*see #this* and [x #that](http://a.example/)').hashtags).toContainEqual({ word: 'this', ...both })
    const uri = encodeTwistUri({ uid: 1, k: 3 })
    expect(textWords(`[the *best*](${uri}) and ${uri} and ${encodeTwistUri({ uid: 7, k: 0 })}`).twistLinks).toEqual([
      { link: 'twist:AQAAAAMAAAA=', uid: 1, k: 3 },
      { link: encodeTwistUri({ uid: 7, k: 0 }), uid: 7, k: 0 },
    ])
  })

  it('knows no link to a number that no post can have', () => {
    expect(textWords(encodeTwistUri({ uid: 1, k: 2 ** 31 })).twistLinks).toEqual([])
    expect(textWords(encodeTwistUri({ uid: 1, k: 2 ** 31 - 1 })).twistLinks).toHaveLength(1)
  })

  it('leaves out words that fit into no index, and what PostgreSQL cannot hold becomes one word', () => {
    expect(textWords(`#${'ä'.repeat(128)}`).hashtags).toEqual([])
    expect(textWords('#a\0b #a\ufffdb').hashtags).toHaveLength(1)
  })
})
