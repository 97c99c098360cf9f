import { notifications } from '@mantine/notifications'
import { readFault } from '../client'

/** Says that something worked. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4000 })
}

/** Says why something did not work; stays long enough to be read. */
export function notifyFault(title: string, error: unknown): void {
  notifications.show({ title, message: readFault(error).message, color: 'red', autoClose: 10_000 })
}
