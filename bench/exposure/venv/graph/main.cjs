const { ApolloServer } = require('@apollo/server');
const { startStandaloneServer } = require('@apollo/server/standalone');

const typeDefs = 'type Query { line: Int }';
const server = new ApolloServer({ typeDefs, resolvers: { Query: { line: () => 1 } } });
startStandaloneServer(server, { listen: { port: Number(process.env.PORT), host: '127.0.0.1' } });
