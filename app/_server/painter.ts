import type { Painter } from '../share/card/picture.ts'
import { identicon } from './identicon.ts'

/** Who has no picture is drawn from the name, on cards as on pages. */
export const painter: Painter = (username) => Buffer.from(identicon(username))
