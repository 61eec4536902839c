import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { stripFramework, takeModule, takeStatus } from './strip-framework.ts'

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

test('the module that a page names stands in its place', () => {
  const paths = new Map([['try-calls', '/try-calls-1.js']])
  expect(takeModule('<meta name="windsock-module" content="try-calls"/><p>', paths)).toEqual({
    html: '<script type="module" src="/try-calls-1.js"></script><p>',
    hasModule: true,
  })
  const hostile = renderToString('<meta name="windsock-module" content="try-calls"/>')
  expect(takeModule(hostile, paths)).toEqual({ html: hostile, hasModule: false })
})
