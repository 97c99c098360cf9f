import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rolldownOptions: {
        external: ['better-sqlite3', 'onnxruntime-node'],
        input: {
          main: at('main/main.ts'),
          cli: at('main/cli.ts'),
          'onnx-worker': at('main/onnx-worker.ts'),
          'sqlite-writer': at('main/sqlite-writer.ts'),
          'analysis-worker': at('main/analysis-worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: at('preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      rolldownOptions: { input: { index: at('renderer/index.html'), docs: at('renderer/docs.html') } },
      minify: true,
      license: true,
      chunkSizeWarningLimit: 2000,
    },
  },
})
