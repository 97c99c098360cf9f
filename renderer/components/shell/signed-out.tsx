import { Button } from '@mantine/core'
import { EmptyState } from '../states'
import { Logo } from './logo'
import './shell.css'

/** The whole page while this browser may not look in. */
export function SignedOut() {
  return (
    <main className="pl-signed-out">
      <EmptyState
        icon={<Logo size={40} />}
        title="Sign in from the terminal"
        actions={
          <Button variant="default" onClick={() => location.reload()}>
            Try again
          </Button>
        }
      >
        Open the address printed in the terminal to sign in. It works once; start Plumbline again, or run{' '}
        <code>npm start</code>, to get a new one.
      </EmptyState>
    </main>
  )
}
