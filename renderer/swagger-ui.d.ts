declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  type Options = {
    readonly dom_id: string
    readonly url: string
    readonly deepLinking: boolean
    readonly persistAuthorization: boolean
    readonly validatorUrl: null
  }
  const SwaggerUI: (options: Options) => void
  export { SwaggerUI as default }
}
