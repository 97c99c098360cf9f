// The page behind /docs: reads the documents of this very server and tries their calls against it.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'

type ApiDocument = { readonly name: string; readonly title: string; readonly url: string }

/** The API that the address names, e.g. /docs?api=mlconnector; the first one otherwise. */
const wanted = new URLSearchParams(location.search).get('api')

async function showDocument(): Promise<void> {
  const response = await fetch('/openapi')
  const documents = (await response.json()) as readonly ApiDocument[]
  const shown = documents.find(({ name }) => name === wanted) ?? documents[0]
  const navigation = document.getElementById('apis')
  for (const { name, title } of documents) {
    const link = document.createElement('a')
    link.href = `?api=${encodeURIComponent(name)}`
    link.textContent = title
    if (name === shown?.name) link.setAttribute('aria-current', 'page')
    navigation?.append(link, ' ')
  }
  SwaggerUI({
    dom_id: '#docs',
    url: shown?.url ?? '/openapi.json',
    deepLinking: true,
    persistAuthorization: true,
    validatorUrl: null,
  })
}

void showDocument()
