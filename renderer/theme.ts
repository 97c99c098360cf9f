import { createTheme } from '@mantine/core'
import type { CSSVariablesResolver } from '@mantine/core'

/** The one accent, light to dark. */
const indigo = [
  '#eef0fd',
  '#dde1fb',
  '#bcc4f6',
  '#9aa6f1',
  '#7f8cec',
  '#6575e2',
  '#5161d6',
  '#4553c4',
  '#3a46a6',
  '#2f3986',
] as const

/** Greys of the dark scheme: text first, deepest background last. */
const dark = [
  '#d3d6de',
  '#aeb3bf',
  '#9298a6',
  '#626979',
  '#3a3f4b',
  '#2b2f39',
  '#21252d',
  '#1a1d24',
  '#14171c',
  '#0f1115',
] as const

const sizeSmall = { defaultProps: { size: 'sm' } }

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { indigo, dark },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.35' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    Button: sizeSmall,
    TextInput: sizeSmall,
    Select: sizeSmall,
    Badge: { defaultProps: { radius: 'sm', variant: 'light' } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.35, blur: 0 },
        transitionProps: { duration: 120 },
        centered: true,
      },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Tooltip: {
      defaultProps: { openDelay: 250, withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
    // The placeholder is a focusable element that a menu may not contain.
    Menu: {
      defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md', transitionProps: { duration: 100 } },
    },
  },
})

const SHARED_VARIABLES = {
  '--mantine-color-body': 'var(--pl-panel)',
  '--mantine-color-text': 'var(--pl-text)',
  '--mantine-color-dimmed': 'var(--pl-quiet)',
  '--mantine-color-default-border': 'var(--pl-line-strong)',
  '--mantine-color-placeholder': 'var(--pl-placeholder)',
  '--mantine-color-error': 'var(--pl-bad)',
  '--mantine-color-indigo-light-color': 'var(--pl-accent)',
  '--mantine-color-red-light-color': 'var(--pl-bad)',
  '--mantine-color-yellow-light-color': 'var(--pl-watch)',
  '--mantine-color-anchor': 'var(--pl-accent)',
}

/** Makes Mantine's own parts stand on our tokens, which know both schemes. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: SHARED_VARIABLES,
  dark: SHARED_VARIABLES,
})
