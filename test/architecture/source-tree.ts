// Reads source files into plain facts: what each imports and how, what it exports, what it may not contain.
import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** One import, export-from, dynamic import, require or import type. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** Erased when compiled: `import type`, `export type … from`, `import('…')` in a type. */
  readonly isTypeOnly: boolean
  /** Path of the file meant, for a relative specifier that exists in the tree. */
  readonly target: string | undefined
}

/** A source file reduced to what the rules look at. `path` is relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly imports: readonly Import[]
  readonly lineCount: number
  readonly exportedClasses: readonly string[]
  readonly isBarrel: boolean
  readonly isGenerated: boolean
  /** Line and name of each forbidden construct: `any`, silenced checks, double assertions, default exports. */
  readonly offences: readonly { readonly line: number; readonly what: string }[]
}

export type Tree = ReadonlyMap<string, SourceFile>

const SOURCE = /\.(ts|tsx|mts)$/

/** Paths and texts of the sources below the given folders of the repository. */
export function readSources(root: string, folders: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>()
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = posix.join(path, entry.name)
      if (entry.isDirectory()) visit(child)
      else if (SOURCE.test(entry.name)) texts.set(child, readFileSync(join(root, child), 'utf8'))
    }
  }
  for (const folder of folders) visit(folder)
  return texts
}

/** Parses texts (path → content) into a tree. */
export function parseTree(texts: ReadonlyMap<string, string>): Tree {
  return new Map([...texts].map(([path, text]) => [path, parseFile(path, text, texts)]))
}

function parseFile(path: string, text: string, texts: ReadonlyMap<string, string>): SourceFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const imports: Import[] = []
  const exportedClasses: string[] = []
  const offences: { line: number; what: string }[] = []

  const noteImport = (node: ts.Node, specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const target = resolveImport(path, specifier.text, texts)
    imports.push({ specifier: specifier.text, line: lineOf(node), isTypeOnly, target })
  }

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      noteImport(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      noteImport(node, node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      noteImport(node, node.argument.literal, true)
    } else if (ts.isCallExpression(node) && isModuleCall(node)) {
      noteImport(node, node.arguments[0], false)
    } else if (ts.isClassDeclaration(node) && isExported(node) && node.name !== undefined) {
      exportedClasses.push(node.name.text)
    } else if (node.kind === ts.SyntaxKind.AnyKeyword) {
      offences.push({ line: lineOf(node), what: 'the type any' })
    } else if (ts.isAsExpression(node) && isDoubleAssertion(node)) {
      offences.push({ line: lineOf(node), what: 'as unknown as' })
    } else if (ts.isExportAssignment(node) || isDefaultExport(node)) {
      offences.push({ line: lineOf(node), what: 'a default export' })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)

  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const silenced = /@ts-(ignore|nocheck|expect-error)|eslint-disable/.exec(line)?.[0]
    if (silenced !== undefined) offences.push({ line: index + 1, what: silenced })
  }
  return {
    path,
    imports,
    lineCount: text.endsWith('\n') ? lines.length - 1 : lines.length,
    exportedClasses,
    isBarrel: source.statements.length > 0 && source.statements.every(isReExport),
    isGenerated: /(^|\/)generated\//.test(path) || /^\/[/*].*(@generated|generated (by|from))/i.test(text),
    offences,
  }
}

function resolveImport(
  from: string,
  specifier: string,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const base = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''))
  const endings = ['', '.ts', '.tsx', '.mts', '/index.ts', '/index.tsx']
  return endings.map((ending) => base + ending).find((path) => texts.has(path))
}

const isModuleCall = (node: ts.CallExpression): boolean =>
  node.expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(node.expression) && node.expression.text === 'require')

const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)

const isExported = (node: ts.Node): boolean => hasModifier(node, ts.SyntaxKind.ExportKeyword)

const isDefaultExport = (node: ts.Node): boolean => hasModifier(node, ts.SyntaxKind.DefaultKeyword)

const isDoubleAssertion = (node: ts.AsExpression): boolean =>
  ts.isAsExpression(node.expression) && node.expression.type.kind === ts.SyntaxKind.UnknownKeyword

const isReExport = (node: ts.Statement): boolean =>
  ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined
