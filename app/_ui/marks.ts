import { cache } from 'react'
import type { SearchMarks } from '../../db/queries/search-marks.ts'

/** What is marked in the texts of the page that is being made: a page sets it before it shows any. */
export const pageMarks = cache((): { marks: SearchMarks | undefined } => ({ marks: undefined }))
