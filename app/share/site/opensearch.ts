import { currentRendering } from '../../_words/rendering.ts'
import { words } from '../../_words/words.ts'
import { DAY_CACHE, type ShareAnswer, spokenTag } from '../share-answer.ts'
import { element, type Xml, xmlDocument } from '../xml.ts'

const NAMESPACE = 'http://a9.com/-/spec/opensearch/1.1/'

/** OpenSearch 1.1: a browser may put this site's search into its address field. */
export function openSearchAnswer(): ShareAnswer {
  const { origin } = currentRendering()
  const url = (type: string, template: string, rel = 'results'): Xml =>
    element('Url', { type, rel, template: origin + template })
  const description = xmlDocument(
    element('OpenSearchDescription', { xmlns: NAMESPACE }, [
      // "The value must contain 16 or fewer characters", and 1024 or fewer.
      element('ShortName', {}, ['Windsock']),
      element('Description', {}, [words('site.search')]),
      element('Language', {}, [spokenTag()]),
      element('InputEncoding', {}, ['UTF-8']),
      element('OutputEncoding', {}, ['UTF-8']),
      element('Image', { width: '192', height: '192', type: 'image/png' }, [`${origin}/icon-192.png`]),
      url('text/html', '/search?q={searchTerms}'),
      url('application/atom+xml', '/search.atom?q={searchTerms}'),
      url('application/rss+xml', '/search.rss?q={searchTerms}'),
      url('application/json', '/api/v1/search?q={searchTerms}'),
      url('application/opensearchdescription+xml', '/opensearch.xml', 'self'),
    ]),
  )
  const headers = { 'content-type': 'application/opensearchdescription+xml; charset=utf-8', 'cache-control': DAY_CACHE }
  return { status: 200, headers, body: description }
}
