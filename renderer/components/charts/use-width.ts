import { useElementSize } from '@mantine/hooks'

/** Attaches to an element and follows its width in whole pixels; 0 before the first layout. */
export function useWidth(): readonly [
  ref: ReturnType<typeof useElementSize<HTMLDivElement>>['ref'],
  width: number,
] {
  const { ref, width } = useElementSize<HTMLDivElement>()
  return [ref, Math.floor(width)]
}
