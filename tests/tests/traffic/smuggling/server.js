// Answers with the target of the request and says on standard output what it took for one, as leniently as
// Node's parser can.
const server = require("node:http").createServer({ insecureHTTPParser: true }, (request, response) => {
  process.stdout.write(`${request.method} ${request.url}\n`);
  request.resume();
  request.on("end", () => response.end(request.url));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
