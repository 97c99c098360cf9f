import { IconUpload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { DragEvent, ReactNode } from 'react'
import './file-drop.css'

type FileDropAreaProps = {
  readonly onFiles: (files: readonly File[]) => void
  /** Shown over the area while files hover above it. */
  readonly hint: string
  readonly children: ReactNode
}

/** A region that takes files dropped anywhere on it. */
export function FileDropArea({ onFiles, hint, children }: FileDropAreaProps) {
  const [isOver, setIsOver] = useState(false)
  // Entering a child fires before leaving its parent, so only the balance tells whether files are still above.
  const depth = useRef(0)
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  const settle = (): void => {
    depth.current = 0
    setIsOver(false)
  }
  return (
    <div
      className="pl-drop-area"
      onDragEnter={(event) => {
        if (!hasFiles(event)) return
        depth.current += 1
        setIsOver(true)
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setIsOver(false)
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        settle()
        onFiles([...event.dataTransfer.files])
      }}
    >
      {children}
      {isOver && (
        <div className="pl-drop-veil" aria-hidden>
          <span>
            <IconUpload size={18} /> {hint}
          </span>
        </div>
      )}
    </div>
  )
}
