// Plays the Web Connector with a SOAP client that knows nothing of payments-issued but its WSDL, through a TLS proxy.
// node session.mjs <whole | lost | cut-off> <address of payments-issued> <keys of the proxy> <address of a qbXML gateway>
//     <user> <password> <company file>
// whole    loses one session half-way, then holds one to its end
// lost     goes away in the middle of a session
// cut-off  says "in the air" when an answer is about to be brought, and takes whatever becomes of it
// Prints what it saw as JSON, the last line.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import soap from 'soap';

const [what, product, keys, gateway, strUserName, strPassword, strCompanyFileName] = process.argv.slice(2);
const seen = { percents: [], callsThroughTheProxy: 0 };

const proxy = https.createServer({ pfx: fs.readFileSync(keys), passphrase: 'changeit' }, (request, response) => {
    seen.callsThroughTheProxy += request.method === 'POST' ? 1 : 0;
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' };
    const onward = http.request(new URL(request.url, product), { method: request.method, headers }, answer => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
});
await new Promise(resolve => proxy.listen(0, 'localhost', resolve));

const address = `https://localhost:${proxy.address().port}/qbwc`;
const client = await soap.createClientAsync(address + '?wsdl');
seen.operations = Object.keys(client.describe().QBWebConnectorSvc.QBWebConnectorSvcSoap).sort();

const call = async (operation, parameters) => (await client[operation + 'Async'](parameters))[0]?.[operation + 'Result'];

const quickBooks = async request => {
    const answer = await fetch(gateway, { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body: request });
    if (answer.status !== 200) throw new Error('QuickBooks refuses: ' + await answer.text());
    return answer.text();
};

const begin = async () => {
    seen.serverVersion = await call('serverVersion', {});
    seen.clientVersion = await call('clientVersion', { strVersion: '2.3.0.215' });
    return (await call('authenticate', { strUserName, strPassword })).string;
};

const ask = (ticket, first) => call('sendRequestXML', {
    ticket, strHCPResponse: first ? '<QBXML><QBXMLMsgsRs/></QBXML>' : '', strCompanyFileName,
    qbXMLCountry: 'US', qbXMLMajorVers: 13, qbXMLMinorVers: 0,
});

const bring = (ticket, response) => call('receiveResponseXML', { ticket, response, hresult: '', message: '' });

const pages = async (ticket, count) => {
    for (let page = 0; page < count; page++) {
        seen.percents.push(await bring(ticket, await quickBooks(await ask(ticket, page === 0))));
    }
};

const lost = async () => {
    const [ticket] = await begin();
    await pages(ticket, 2);
    await quickBooks(await ask(ticket, false));
};

const cutOff = async () => {
    const [ticket] = await begin();
    await pages(ticket, 3);
    const answer = await quickBooks(await ask(ticket, false));
    console.log('in the air');
    seen.brought = await bring(ticket, answer).catch(failure => String(failure.message ?? failure));
};

const whole = async () => {
    seen.wrongLogin = (await call('authenticate', { strUserName, strPassword: 'guess' })).string[1];
    const [old] = await begin();
    await pages(old, 1);
    await quickBooks(await ask(old, false));

    const [ticket, companyFile] = await begin();
    seen.companyFile = companyFile;
    seen.staleTicket = await bring(old, '<QBXML/>');
    seen.percents = [];
    for (let first = true, percent = 0; percent !== 100; first = false) {
        const request = await ask(ticket, first);
        if (!request || request === 'NoOp') throw new Error('no request: ' + await call('getLastError', { ticket }));
        percent = await bring(ticket, await quickBooks(request));
        if (percent < 0) throw new Error(await call('getLastError', { ticket }));
        seen.percents.push(percent);
    }
    seen.lastError = await call('getLastError', { ticket });
    seen.closed = await call('closeConnection', { ticket });
    seen.connectionError = await call('connectionError', { ticket, hresult: '0x80040408', message: 'away' });
    seen.nothingDue = (await begin())[1];
    seen.fault = await call('receiveResponseXML', {}).catch(failure => failure.root?.Envelope.Body.Fault.faultstring);
};

await { whole, lost, 'cut-off': cutOff }[what]();
console.log(JSON.stringify(seen));
process.exit();
