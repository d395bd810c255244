// Plays the Web Connector with a SOAP client that knows nothing of payments-issued but its WSDL.
// node session.mjs <address of the WSDL> <address of a qbXML gateway> <user> <password> <company file>
// Loses one session half-way, then holds one to its end. Prints what it saw as JSON, the last line.
import soap from 'soap';

const [wsdl, gateway, strUserName, strPassword, strCompanyFileName] = process.argv.slice(2);
const client = await soap.createClientAsync(wsdl);
const seen = { operations: Object.keys(client.describe().QBWebConnectorSvc.QBWebConnectorSvcSoap).sort(), percents: [] };

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

seen.wrongLogin = (await call('authenticate', { strUserName, strPassword: 'guess' })).string[1];

const [lost] = await begin();
await bring(lost, await quickBooks(await ask(lost, true)));
await quickBooks(await ask(lost, false));

const [ticket, companyFile] = await begin();
seen.companyFile = companyFile;
seen.staleTicket = await bring(lost, '<QBXML/>');
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
const [, nothingDue] = await begin();
seen.nothingDue = nothingDue;

try {
    const answer = await fetch(wsdl.replace('?wsdl', ''), { method: 'POST', body: '<html/>' });
    seen.fault = answer.status + ' ' + answer.headers.get('content-type');
} catch (e) {
    seen.fault = String(e);
}
console.log(JSON.stringify(seen));
