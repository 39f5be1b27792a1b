// Builds the pages of the three zones and of the identity platform's simulator into build/web/. All four share one setting:
// relative addresses, nothing inline (the daemons send a strict Content-Security-Policy), assets with their hash in the name.
import { fileURLToPath } from 'node:url';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import vue from '@vitejs/plugin-vue';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = {
  internet: 'zones/internet/web',
  extranet: 'zones/extranet/web',
  intranet: 'zones/intranet/web',
  identity: 'tests/departments/identity/web'
};
const wanted = process.argv.slice(2);

// What a slow line carries: each text compressed beside itself, which the daemons send to who takes it.
function compress(folder) {
  for (const f of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!f.isFile() || !/\.(m?js|css|html|json|svg)$/.test(f.name)) continue;
    const file = join(f.parentPath ?? f.path, f.name);
    const text = readFileSync(file);
    if (text.length > 1024) writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
  }
}

for (const [name, folder] of Object.entries(pages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const outDir = join(root, process.env.SW_WEB_OUT ?? 'build/web', name);
  await build({
    configFile: false,
    root: join(root, folder),
    base: './',
    logLevel: 'warn',
    plugins: [vue()],
    define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1024
    }
  });
  compress(outDir);
}
