// The page behind /docs: reads the document of this very server and tries its calls against it.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'

SwaggerUI({
  dom_id: '#docs',
  url: '/openapi.json',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
})
