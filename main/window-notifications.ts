/** Shows alerts as notifications of the operating system. */
import { Notification } from 'electron'
import type { Workstation } from './workstation'

/** @param onClick brings the window to the front */
export function connectNotifications(workstation: Workstation, onClick: () => void): void {
  if (!Notification.isSupported()) return
  // Without a reference a notification is collected, and its click is never heard.
  const shown = new Set<Notification>()
  workstation.core.alerts.connectDesktop({
    show({ title, body }) {
      const notification = new Notification({ title, body })
      shown.add(notification)
      notification.on('click', onClick)
      notification.on('close', () => shown.delete(notification))
      notification.show()
    },
  })
}
