/**
 * Readable labels of the bins between ascending edges: "< 12.5", "12.5 – 40", "≥ 40"; "all values" without an edge.
 * Numbers keep four significant digits, and more only where neighbouring edges would look the same.
 */
export function labelBins(edges: readonly number[]): string[] {
  if (edges.length === 0) return ['all values']
  const texts = formatApart(edges)
  return [...texts, ''].map((text, index) => {
    if (index === 0) return `< ${text}`
    const before = texts[index - 1] ?? ''
    return index === texts.length ? `≥ ${before}` : `${before} – ${text}`
  })
}

function formatApart(edges: readonly number[]): string[] {
  for (let digits = 4; digits < 17; digits += 1) {
    const texts = edges.map((edge) => String(Number(edge.toPrecision(digits))))
    if (new Set(texts).size === edges.length) return texts
  }
  return edges.map(String)
}
