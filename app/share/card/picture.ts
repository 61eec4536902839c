import sharp from 'sharp'

/** A person without a picture of their own, as any picture that the drawing library reads. */
export type Painter = (username: string) => Uint8Array

const MAX_PIXELS = 2048 * 2048
const SIDE_PX = 256
const TIMEOUT_S = 3

/** A user's picture, decoded and made small; nothing for what is none, or is a bomb. */
export async function reencoded(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
      .rotate()
      .resize(SIDE_PX, SIDE_PX, { fit: 'cover' })
      .png()
      .timeout({ seconds: TIMEOUT_S })
      .toBuffer()
  } catch {
    return undefined
  }
}
