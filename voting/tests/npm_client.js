// A game of three players on npm's socket.io-client, as a browser would play it; prints what they heard as JSON.
const { io } = require("socket.io-client");

const { url, code, tokens } = JSON.parse(process.argv[2]);
const transports = [["websocket"], ["polling"], ["polling", "websocket"]];

const players = tokens.map((token, index) => {
  const socket = io(url, { auth: { token }, transports: transports[index], forceNew: true });
  const player = { socket, heard: {}, waiting: [] };
  socket.onAny((name, data) => {
    (player.heard[name] ||= []).push(data);
    player.waiting.splice(0).forEach((wake) => wake());
  });
  return player;
});

const event = async (player, name) => {
  while (!player.heard[name]) await new Promise((wake) => player.waiting.push(wake));
  return player.heard[name][0];
};

const ask = async (player, name, data) => {
  const ack = await player.socket.timeout(10000).emitWithAck(name, { room_code: code, ...data });
  if (!ack.success) throw new Error(`${name}: ${JSON.stringify(ack)}`);
  return ack;
};

const all = (call) => Promise.all(players.map(call));

async function play() {
  for (const player of players) await ask(player, "join_room");
  await ask(players[0], "start_game");
  const { round_id } = await event(players[2], "game_started");
  const answers = await all((player, index) => ask(player, "submit_answer", { round_id, answer: `answer ${index}` }));
  await all((player) => event(player, "voting_started"));
  await all((player, index) => ask(player, "submit_vote", { round_id, answer_id: answers[(index + 1) % 3].answer_id }));
  const [ended] = await all((player) => event(player, "game_ended"));
  return {
    transports: players.map((player) => player.socket.io.engine.transport.name),
    final_leaderboard: ended.final_leaderboard,
    vote_updates: players.map((player) => player.heard.vote_update.length),
  };
}

play().then(
  (result) => {
    console.log(JSON.stringify(result));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
