import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { reads } from '../../queries'
import { formatBytes } from '../../format'
import { uploadFile } from '../../upload'
import type { Upload } from '../../upload'
import type { FileState } from './registration-files'

/** One table that is sent to the workstation as soon as it is chosen; given up when the form closes. */
export function useTableFile() {
  const most = useQuery(reads.workspace()).data?.limits.maxDataBytes
  const [file, setFile] = useState<FileState | null>(null)
  const upload = useRef<Upload | null>(null)
  useEffect(() => () => upload.current?.cancel(), [])

  const remove = (): void => {
    upload.current?.cancel()
    upload.current = null
    setFile(null)
  }

  const choose = async (chosen: File): Promise<void> => {
    remove()
    const { name, size } = chosen
    const about = { name, size }
    if (most !== undefined && size > most) {
      const reason = `The file has ${formatBytes(size)}; this workstation accepts at most ${formatBytes(most)}.`
      return setFile({ ...about, status: 'refused', reason })
    }
    let isCurrent = (): boolean => true
    const sending = uploadFile(chosen, 'data', (share) => {
      if (isCurrent()) setFile({ ...about, status: 'sending', share })
    })
    upload.current = sending
    isCurrent = () => upload.current === sending
    try {
      const { sha256 } = await sending.done
      if (isCurrent()) setFile({ ...about, status: 'received', sha256 })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (isCurrent()) setFile({ ...about, status: 'refused', reason })
    }
  }

  return { file, choose: (chosen: File) => void choose(chosen), remove }
}
