// Bundles assets/src into assets/dist: `npm run assets`. File names carry a hash of their content, so that a
// browser may keep them for ever; manifest.json maps the plain name to the hashed one.
import { build } from 'esbuild'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, '..', 'node_modules')
const dist = join(here, 'dist')

// The typeface of the official report, for PDF files. Whole files: subsetting happens when a PDF is written.
const pdfFonts = {
  'tinos-regular.ttf': '400Regular/Tinos_400Regular.ttf',
  'tinos-bold.ttf': '700Bold/Tinos_700Bold.ttf',
  'tinos-italic.ttf': '400Regular_Italic/Tinos_400Regular_Italic.ttf',
  'tinos-bold-italic.ttf': '700Bold_Italic/Tinos_700Bold_Italic.ttf',
}

// What is shipped to browsers or inside PDF files carries its licence along.
const licences = [
  'htmx.org/LICENSE',
  'htmx-ext-sse/LICENSE',
  '@fontsource/be-vietnam-pro/LICENSE',
  '@expo-google-fonts/tinos/LICENSE_FONT',
]

await empty(dist)
const manifest = await bundle()
await addPDFFonts()
await addLicences()
await compress(manifest)
await writeFile(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

async function empty(folder) {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (name !== '.gitkeep') await rm(join(folder, name), { recursive: true })
  }
}

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ['src/app.js', 'src/app.css', 'src/icon.svg'],
    outdir: 'dist',
    entryNames: '[name].[hash]',
    assetNames: '[name].[hash]',
    bundle: true,
    minify: true,
    metafile: true,
    legalComments: 'none',
    target: ['es2017', 'chrome64'],
    loader: { '.woff2': 'file', '.svg': 'copy' },
    logLevel: 'warning',
  })
  const manifest = {}
  for (const file of Object.keys(result.metafile.outputs)) {
    const hashed = basename(file)
    manifest[hashed.replace(/\.[A-Z0-9]{8}(\.[a-z0-9]+)$/, '$1')] = hashed
  }
  return Object.fromEntries(Object.entries(manifest).sort())
}

async function addPDFFonts() {
  await mkdir(join(dist, 'pdf'))
  for (const [name, source] of Object.entries(pdfFonts)) {
    await cp(join(modules, '@expo-google-fonts/tinos', source), join(dist, 'pdf', name))
  }
}

async function addLicences() {
  const parts = []
  for (const path of licences) {
    parts.push(`${dirname(path)}\n\n${await readFile(join(modules, path), 'utf8')}`)
  }
  const text = parts.join('\n\n--------\n\n')
  await writeFile(join(dist, 'licences.txt'), text)
}

// A poor network is the usual one here: text goes out compressed, and is compressed once.
async function compress(manifest) {
  for (const name of Object.values(manifest)) {
    if (!['.js', '.css', '.svg'].includes(extname(name))) continue
    const file = join(dist, name)
    await writeFile(file + '.gz', await promisify(gzip)(await readFile(file), { level: 9 }))
  }
}
