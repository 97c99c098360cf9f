/** A plumb bob on its line. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="var(--mantine-color-indigo-7)" />
      <path d="M8 8.5h16M16 8.5v8" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" fill="none" />
      <path d="M12.2 16.5h7.6v3.2L16 26l-3.8-6.3z" fill="#fff" />
    </svg>
  )
}
