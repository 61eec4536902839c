import type { SearchMarks } from '../../db/queries/search-marks.ts'
import { currentRendering, type Rendering } from '../_words/rendering.ts'

const marksOfPages = new WeakMap<Rendering, SearchMarks>()

/** What is marked in the texts of the page that is being made: said before it shows any. */
export function setPageMarks(marks: SearchMarks): void {
  marksOfPages.set(currentRendering(), marks)
}

export function pageMarks(): SearchMarks | undefined {
  return marksOfPages.get(currentRendering())
}
