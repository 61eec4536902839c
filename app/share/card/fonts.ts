import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import wawoff2 from 'wawoff2'
import { type EmojiPart, emojiFamily, emojiLanguage, parseEmojiParts } from './emoji.ts'

const require = createRequire(import.meta.url)
const EMOJI = require.resolve('@infolektuell/noto-color-emoji/package.json')

/** Raised when what is made of the packages changes. */
const UNPACKING = 1

/** Which files of each package are drawn with: upright, and of the large ones not the parts that others have, too. */
const PACKAGES = [
  [require.resolve('@fontsource-variable/noto-sans/package.json'), /-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-arabic/package.json'), /-arabic-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-hebrew/package.json'), /-hebrew-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-thai/package.json'), /-thai-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-jp/package.json'), /-\d+-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-kr/package.json'), /-\d+-wght-normal\.woff2$/],
  [require.resolve('@fontsource-variable/noto-sans-sc/package.json'), /-\d+-wght-normal\.woff2$/],
  [EMOJI, /\.woff2$/],
] as const

/**
 * Unpacks the fonts into a folder of this user's among the temporary files, once for all processes and starts, and has
 * the drawing library use them and no others: a card looks the same on every machine. To be called before the first text
 * of the process is drawn. Answers which part of the emoji font draws what.
 */
export async function provideFonts(): Promise<EmojiPart[]> {
  const folder = await unpackedFonts()
  process.env['FONTCONFIG_FILE'] = join(folder, 'fonts.conf')
  // Elsewhere than on Linux it would ask the system for fonts.
  process.env['PANGOCAIRO_BACKEND'] = 'fontconfig'
  return parseEmojiParts(await readFile(join(dirname(EMOJI), 'index.css'), 'utf8'))
}

async function unpackedFonts(): Promise<string> {
  const versions = await Promise.all(PACKAGES.map(([description]) => readFile(description)))
  const hash = createHash('sha256').update(String(UNPACKING))
  for (const version of versions) hash.update(version)
  const user = process.getuid?.() ?? 0
  const folder = join(tmpdir(), `windsock-fonts-${user}-${hash.digest('hex').slice(0, 16)}`)
  if (await isOurs(folder, user)) return folder
  const made = `${folder}-${randomBytes(8).toString('hex')}`
  await mkdir(made, { mode: 0o700 })
  for (const [description, wanted] of PACKAGES) await unpackInto(made, description, wanted)
  await writeFile(join(made, 'fonts.conf'), await configuration(made, folder))
  try {
    await rename(made, folder)
    return folder
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    // Another process was faster.
    if (await isOurs(folder, user)) return folder
    throw error
  }
}

/** A folder that somebody else laid among the temporary files is not taken. */
async function isOurs(folder: string, user: number): Promise<boolean> {
  try {
    const found = await lstat(folder)
    return found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

async function unpackInto(folder: string, description: string, wanted: RegExp): Promise<void> {
  const files = join(dirname(description), 'files')
  for (const name of await readdir(files)) {
    if (!wanted.test(name)) continue
    const font = await wawoff2.decompress(await readFile(join(files, name)))
    const prefix = description === EMOJI ? EMOJI_PREFIX : ''
    await writeFile(join(folder, prefix + name.replace(/\.woff2$/, '.ttf')), font)
  }
}

const EMOJI_PREFIX = 'emoji-'

/** The files of the emoji font are all of one family: each becomes one of its own, which a text can ask for. */
async function configuration(made: string, folder: string): Promise<string> {
  const rules = (await readdir(made)).flatMap((name) => {
    const part = name.startsWith(EMOJI_PREFIX) ? /(\d+)\.ttf$/.exec(name)?.[1] : undefined
    return part === undefined ? [] : emojiRules(join(folder, name), part)
  })
  return (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">' +
    `<fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir>${rules.join('')}</fontconfig>`
  )
}

function emojiRules(file: string, part: string): string[] {
  const family = `<string>${emojiFamily(part)}</string>`
  const isFile = `<test name="file"><string>${file}</string></test>`
  const isAsked = `<test name="lang"><string>${emojiLanguage(part)}</string></test><test name="family" qual="any"><string>emoji</string></test>`
  return [
    `<match target="scan">${isFile}<edit name="family" mode="assign">${family}</edit></match>`,
    `<match target="pattern">${isAsked}<edit name="family" mode="prepend" binding="strong">${family}</edit></match>`,
  ]
}
