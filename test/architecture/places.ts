// Where a file stands in the layout, read off its path.

/** A file's place; what does not apply is undefined. */
export interface Place {
  readonly path: string
  /** `main`, `preload`, `renderer` or `test`. */
  readonly process: string
  /** Folder directly below main/ (`core`, `http`, `store`, …), `root` for a file that lies in main/ itself. */
  readonly layer: string | undefined
  /** Folder below main/core/. */
  readonly feature: string | undefined
  /** Folder below main/http/. */
  readonly dialect: string | undefined
  /** Folder below renderer/pages/. */
  readonly page: string | undefined
}

/** Reads the place of `main/core/deployments/deployment.ts` and the like. */
export function parsePlace(path: string): Place {
  const [first = '', second = '', third, ...rest] = path.split('/')
  const isMain = first === 'main'
  const inFolder = rest.length > 0 ? third : undefined
  return {
    path,
    process: first,
    layer: isMain ? (third === undefined ? 'root' : second) : undefined,
    feature: isMain && second === 'core' ? inFolder : undefined,
    dialect: isMain && second === 'http' ? inFolder : undefined,
    page: first === 'renderer' && second === 'pages' ? third?.replace(/\.tsx?$/, '') : undefined,
  }
}
