import hooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import { configs } from 'typescript-eslint'

const electronOnlyAtTheEdge = {
  paths: [
    {
      name: 'electron',
      message:
        'Only main/main.ts, desktop.ts, window*.ts, utility-carrier.ts, ipc/bridge.ts and preload/ may import electron: the rest runs headless.',
    },
  ],
}

export default defineConfig(
  globalIgnores([
    'out/',
    'dist/',
    'node_modules/',
    '.plumbline/',
    'test-results/',
    'playwright-report/',
    '**/generated/',
    'resources/samples/',
  ]),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-empty': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-params': ['warn', 3],
      'max-lines': ['warn', { max: 300 }],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-imports': ['error', electronOnlyAtTheEdge],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/no-deprecated': 'warn',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `async` is also how a value meets an interface that promises one.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['main/{main,desktop,window,window-*,utility-carrier}.ts', 'main/ipc/bridge.ts', 'preload/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['renderer/**'], extends: [hooks.configs.flat['recommended-latest']] },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-imports': 'off',
      'no-console': 'off',
      'max-params': 'off',
    },
  },
  {
    files: ['resources/launcher/**', '*.config.{js,ts}'],
    rules: { 'no-console': 'off' },
  },
)
