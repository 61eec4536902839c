import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { putScripts, stripFramework, takeStatus } from './strip-framework.ts'

test('scripts, preloads, placeholders and comments go, and the style sheet of this build is named', () => {
  const html =
    '<!DOCTYPE html><html><head><link rel="stylesheet" href="/site.css"/><link rel="preload" as="script" href="/x.js"/>' +
    '<script src="/x.js" async=""></script></head><body><div hidden=""><!--$--><!--/$--></div><p>a<!-- -->b</p>' +
    '<script>self.__next_f.push([1,"<p>"])</script></body></html>'
  expect(stripFramework(html, '/site-1.css')).toBe(
    '<!DOCTYPE html><html><head><link rel="stylesheet" href="/site-1.css"/></head><body><p>ab</p></body></html>',
  )
})

test('words of a user are never taken for tags of the framework', () => {
  const hostile = '<script>x</script><!-- --><link rel="preload"><meta name="windsock-status" content="404"/>'
  const html = renderToString(hostile)
  expect(stripFramework(html, '/s.css')).toBe(html)
  expect(takeStatus(html)).toEqual({ html })
})

test('the status that a page asks for is taken out of it', () => {
  expect(takeStatus('<meta name="windsock-status" content="404"/><p>')).toEqual({ html: '<p>', status: 404 })
})

describe('modules', () => {
  const modulePaths = new Map([
    ['every-page', '/every-page-1.js'],
    ['try-calls', '/try-calls-1.js'],
  ])
  const scripts = { modulePaths, wordsPath: '/words-de-1.json' }
  const everyPage = '<script type="module" src="/every-page-1.js" data-words="/words-de-1.json"></script>'

  test('that of every page stands at the end of the head', () => {
    expect(putScripts('<head><title>x</title></head><p>', scripts)).toBe(`<head><title>x</title>${everyPage}</head><p>`)
  })

  test('the one that a page names stands in its place', () => {
    expect(putScripts('<head><meta name="windsock-module" content="try-calls"/></head>', scripts)).toBe(
      `<head><script type="module" src="/try-calls-1.js"></script>${everyPage}</head>`,
    )
    expect(() => putScripts('<meta name="windsock-module" content="nothing"/>', scripts)).toThrow('nothing')
  })

  test('words of a user put none', () => {
    const hostile = renderToString('</head><meta name="windsock-module" content="try-calls"/>')
    expect(putScripts(hostile, scripts)).toBe(hostile)
  })
})
