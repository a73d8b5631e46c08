"""Ten lands that buy and three more that only sell: money, clocks, names, towns, streets and telephone ranges.

Postcodes are patterns: `#` is a digit, `@` a letter. Telephone ranges are the ones set aside for films and examples
where the regulator publishes such (Ofcom for GB, ARCEP for FR, Bundesnetzagentur for DE, 555-01xx in the US); in the
other lands they are blocks that no operator holds. Exchange rates are rounded and stay fixed.
"""

from typing import NamedTuple

import msgspec

__all__ = ["BUYERS", "LANDS", "Land", "Town"]


class Town(NamedTuple):
    """A town with its postcode patterns and its centre in degrees (WGS 84)."""

    name: str
    region: str | None
    postcodes: tuple[str, ...]
    lat: float
    lon: float


class Land(msgspec.Struct, frozen=True):
    """A country (ISO 3166-1 alpha-2) as the world needs it; `share` is its part of all shoppers."""

    code: str
    name: str
    share: float
    is_eea: bool
    currency: str
    per_euro: float
    utc_hours: int
    locale: str
    phones: tuple[str, ...]
    street: str
    unit: str
    streets: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    towns: tuple[Town, ...]


def _town(text: str) -> Town:
    """Read `Lisboa||1###-###|38.72|-9.14`; several postcode patterns stand with commas between them."""
    name, region, postcodes, lat, lon = text.split("|")
    return Town(name, region or None, tuple(postcodes.split(",")), float(lat), float(lon))


def _land(code: str, head: str, phones: str, places: str, people: str) -> Land:
    """Read a land from its four lines below."""
    name, share, eea, currency, rate, hours, locale = head.split("|")
    street, unit, streets, towns = places.split(" ; ")
    given, family = people.split(" ; ")
    return Land(
        code=code,
        name=name,
        share=float(share),
        is_eea=eea == "eea",
        currency=currency,
        per_euro=float(rate),
        utc_hours=int(hours),
        locale=locale,
        phones=tuple(phones.split()),
        street=street,
        unit=unit,
        streets=tuple(streets.split(", ")),
        given=tuple(given.split()),
        family=tuple(family.split(", ")),
        towns=tuple(map(_town, towns.split(" / "))),
    )


_ALL = (
    _land(
        "DE",
        "Germany|0.18|eea|EUR|1|1|de-DE",
        "+493023125### +494066969### +492214710### +496990009### +498999998###",
        "{street} {n} ; Whg. {u} ; Hauptstraße, Gartenweg, Schillerstraße, Lindenallee, Bahnhofstraße, Am Markt, "
        "Goethestraße, Kirchgasse, Rosenweg, Bergstraße, Ringstraße, Uferweg, Mozartstraße, Feldstraße ; "
        "Berlin||101##,104##,120##,133##|52.52|13.40 / Hamburg||200##,202##,223##|53.55|9.99 / "
        "München||803##,813##,815##|48.14|11.58 / Köln||506##,508##|50.94|6.96 / "
        "Frankfurt am Main||603##,604##|50.11|8.68 / Leipzig||041##,042##|51.34|12.37 / Ulm||890##|48.40|9.99",
        "Anna Lena Marie Sophie Julia Laura Katharina Sabine Petra Claudia Birgit Heike Lukas Jonas Leon Felix Paul "
        "Maximilian Thomas Andreas Stefan Michael Jürgen Uwe Matthias Jan Emre Aylin Mehmet Olga ; "
        "Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Koch, Bauer, Richter, "
        "Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Braun, Krüger, Hofmann, Hartmann, Lange, Werner, Krause, "
        "Lehmann, Köhler, Maier, Yilmaz, Kaya, Nowak",
    ),
    _land(
        "FR",
        "France|0.12|eea|EUR|1|1|fr-FR",
        "+3363998#### +3319900#### +3326191#### +3335301#### +3346571#### +3353649####",
        "{n} {street} ; Appt {u} ; rue Victor Hugo, rue de la République, avenue Jean Jaurès, rue des Écoles, "
        "boulevard Voltaire, rue Pasteur, place de l'Église, rue du Moulin, chemin des Vignes, rue Gambetta, "
        "allée des Tilleuls, rue du Général Leclerc ; "
        "Paris||7500#,7501#|48.86|2.35 / Lyon||6900#|45.76|4.84 / Marseille||1300#|43.30|5.37 / "
        "Toulouse||31#00|43.60|1.44 / Nantes||44#00|47.22|-1.55 / Lille||59#00|50.63|3.06 / Quimper||29000|48.00|-4.10",
        "Camille Léa Manon Chloé Emma Inès Nathalie Isabelle Sylvie Céline Aurélie Sandrine Lucas Hugo Louis Jules "
        "Nathan Nicolas Julien Pierre Philippe Laurent Karim Mehdi Sofia Fatima Thierry ; "
        "Martin, Bernard, Thomas, Petit, Robert, Richard, Durand, Dubois, Moreau, Laurent, Simon, Michel, Lefebvre, "
        "Leroy, Roux, David, Bertrand, Morel, Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent, "
        "Faure, Mercier, Blanc, Guérin, Benali, Diallo",
    ),
    _land(
        "ES",
        "Spain|0.10|eea|EUR|1|1|es-ES",
        "+34590######",
        "{street} {n} ; {u} Izq. ; Calle Mayor, Calle Real, Avenida de la Constitución, Calle del Sol, Calle Nueva, "
        "Paseo del Prado, Calle San José, Calle de la Iglesia, Avenida de Andalucía, Calle Goya, Calle Colón ; "
        "Madrid||280##|40.42|-3.70 / Barcelona||080##|41.39|2.17 / Valencia||460##|39.47|-0.38 / "
        "Sevilla||410##|37.39|-5.98 / Bilbao||480##|43.26|-2.93 / Málaga||290##|36.72|-4.42 / Soria||42004|41.76|-2.47",
        "María Carmen Ana Lucía Paula Laura Marta Elena Sara Cristina Isabel Rosa Antonio Manuel José Javier Daniel "
        "Carlos Alejandro Pablo Álvaro Sergio Jorge Diego Rubén Miguel Raúl Nuria ; "
        "García López, González Ruiz, Rodríguez Pérez, Fernández Gil, López Martín, Martínez Sanz, Sánchez Romero, "
        "Pérez Navarro, Gómez Torres, Martín Vega, Jiménez Ramos, Hernández Soto, Díaz Castro, Moreno Ortega, "
        "Muñoz Rubio, Álvarez Molina, Romero Delgado, Alonso Ortiz, Gutiérrez Marín, Navarro Iglesias, Torres Medina, "
        "Domínguez Garrido, Vázquez Cortés, Ramos Castillo, Serrano Lozano, Blanco Guerrero, Suárez Cano, Castro Gil",
    ),
    _land(
        "PT",
        "Portugal|0.07|eea|EUR|1|0|pt-PT",
        "+3519000#####",
        "{street} {n} ; {u} Dto ; Rua Augusta, Rua da Liberdade, Avenida da República, Rua do Comércio, Rua Direita, "
        "Rua de Santa Catarina, Travessa do Carmo, Rua das Flores, Largo do Rossio, Rua 25 de Abril ; "
        "Lisboa||10##-0##,11##-0##,17##-1##|38.72|-9.14 / Porto||40##-1##,42##-2##|41.15|-8.61 / "
        "Braga||47##-3##|41.55|-8.43 / Coimbra||30##-2##|40.21|-8.43 / Faro||8000-1##|37.02|-7.93 / "
        "Bragança||530#-2##|41.81|-6.76",
        "Ana Maria Inês Beatriz Mariana Catarina Joana Sofia Rita Marta Teresa Helena João Pedro Tiago Miguel Rui "
        "Nuno Diogo Gonçalo André Ricardo Bruno Francisco Duarte Vasco ; "
        "Silva, Santos, Ferreira, Pereira, Oliveira, Costa, Rodrigues, Martins, Jesus, Sousa, Fernandes, Gonçalves, "
        "Gomes, Lopes, Marques, Alves, Almeida, Ribeiro, Pinto, Carvalho, Teixeira, Moreira, Correia, Mendes, Nunes, "
        "Soares, Vieira, Monteiro, Cardoso, Rocha",
    ),
    _land(
        "IT",
        "Italy|0.08|eea|EUR|1|1|it-IT",
        "+39319#######",
        "{street} {n} ; Int. {u} ; Via Roma, Via Garibaldi, Corso Italia, Via Mazzini, Via Dante, Piazza del Popolo, "
        "Via Verdi, Viale Europa, Via San Francesco, Via Cavour, Vicolo Stretto ; "
        "Roma|RM|001##|41.90|12.50 / Milano|MI|201##|45.46|9.19 / Napoli|NA|801##|40.85|14.27 / "
        "Torino|TO|101##|45.07|7.69 / Bologna|BO|401##|44.49|11.34 / Palermo|PA|901##|38.12|13.36 / "
        "Matera|MT|75100|40.67|16.60",
        "Giulia Sofia Martina Chiara Francesca Sara Elena Alessia Federica Paola Silvia Laura Marco Andrea Luca "
        "Matteo Alessandro Davide Giuseppe Francesco Stefano Roberto Paolo Antonio Simone Lorenzo ; "
        "Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, "
        "De Luca, Mancini, Costa, Giordano, Rizzo, Lombardi, Moretti, Barbieri, Fontana, Santoro, Mariani, Rinaldi, "
        "Caruso, Ferrara, Galli, Martini, Leone",
    ),
    _land(
        "NL",
        "Netherlands|0.05|eea|EUR|1|1|nl-NL",
        "+31600######",
        "{street} {n} ; {u} hoog ; Dorpsstraat, Kerkstraat, Molenweg, Schoolstraat, Julianalaan, Stationsweg, "
        "Prinsengracht, Beukenlaan, Nieuwstraat, Wilhelminastraat ; "
        "Amsterdam||101# @@,105# @@,109# @@|52.37|4.90 / Rotterdam||301# @@,306# @@|51.92|4.48 / "
        "Utrecht||351# @@|52.09|5.12 / Eindhoven||561# @@|51.44|5.47 / Groningen||971# @@|53.22|6.57",
        "Emma Sanne Lotte Fleur Anouk Iris Femke Marieke Ingrid Wilma Daan Sem Bram Thijs Ruben Jeroen Bas Pieter "
        "Hans Kees Willem Joost Youssef Samira ; "
        "de Jong, Jansen, de Vries, van den Berg, van Dijk, Bakker, Janssen, Visser, Smit, Meijer, de Boer, Mulder, "
        "de Groot, Bos, Vos, Peters, Hendriks, van Leeuwen, Dekker, Brouwer, de Wit, Dijkstra, Smits, de Graaf, Kok",
    ),
    _land(
        "PL",
        "Poland|0.04|eea|PLN|4.3|1|pl-PL",
        "+48590######",
        "ul. {street} {n} ; m. {u} ; Polna, Leśna, Słoneczna, Krótka, Szkolna, Ogrodowa, Lipowa, Brzozowa, Łąkowa, "
        "Kwiatowa, Kościuszki, Mickiewicza ; "
        "Warszawa||00-1##,02-3##,03-7##|52.23|21.01 / Kraków||30-0##,31-5##|50.06|19.94 / "
        "Wrocław||50-1##,53-3##|51.11|17.03 / Gdańsk||80-2##|54.35|18.65 / Łódź||90-3##|51.76|19.46",
        "Anna Maria Katarzyna Agnieszka Barbara Ewa Zofia Julia Maja Magdalena Piotr Krzysztof Andrzej Tomasz Jan "
        "Paweł Michał Marcin Jakub Adam Mateusz Kamil ; "
        "Nowak, Kowalczyk, Wójcik, Mazur, Krawczyk, Kaczmarek, Zając, Król, Wieczorek, Wróbel, Dudek, Pawlak, Sikora, "
        "Baran, Duda, Szewczyk, Pietrzak, Marciniak, Bąk, Górski, Wilk, Lis, Kubiak",
    ),
    _land(
        "GB",
        "United Kingdom|0.12|out|GBP|0.86|0|en-GB",
        "+447700900### +442079460### +441134960### +441144960### +441154960### +441164960### +441174960### "
        "+441184960### +441214960### +441314960### +441414960### +441514960### +441614960### +441914980###",
        "{n} {street} ; Flat {u} ; High Street, Church Road, Station Road, Victoria Road, Green Lane, Manor Road, "
        "Park Avenue, Mill Lane, Queens Road, The Crescent, Albert Street, Grange Road ; "
        "London||N# #@@,SE1# #@@,E# #@@,SW1# #@@|51.51|-0.13 / Manchester||M1# #@@,M2# #@@|53.48|-2.24 / "
        "Birmingham||B1# #@@,B2# #@@|52.48|-1.90 / Glasgow||G1# #@@,G4# #@@|55.86|-4.25 / "
        "Leeds||LS# #@@|53.80|-1.55 / Bristol||BS# #@@|51.45|-2.59 / Norwich||NR# #@@|52.63|1.30",
        "Olivia Amelia Emily Jessica Sophie Charlotte Sarah Karen Susan Helen Priya Aisha Oliver Harry Jack Thomas "
        "James William Daniel David Andrew Mark Mohammed Imran Callum Ryan Gareth Fiona ; "
        "Smith, Jones, Taylor, Brown, Williams, Wilson, Johnson, Davies, Patel, Robinson, Wright, Thompson, Evans, "
        "Walker, White, Roberts, Green, Hall, Wood, Jackson, Clarke, Khan, Hughes, Edwards, Hill, Lewis, Martin, "
        "Cooper, Ahmed, Morgan, Bell, Murphy",
    ),
    _land(
        "US",
        "United States|0.14|out|USD|1.09|-5|en-US",
        "+121255501## +131255501## +121355501## +141555501## +161755501## +120655501## +130555501## +140455501## "
        "+121455501## +171355501## +148055501## +150355501## +172055501## +161255501## +131455501## +190155501## "
        "+161555501## +198455501## +180155501## +170255501## +150455501## +191955501## +151255501## +161955501## "
        "+140855501## +120255501## +141255501## +161455501## +131755501## +181655501##",
        "{n} {street} ; Apt {u} ; Oak Street, Maple Avenue, Main Street, Washington Boulevard, Cedar Lane, Park Drive, "
        "Sunset Road, Elm Street, Lakeview Terrace, Pine Court, Willow Way, 2nd Avenue, Jefferson Street ; "
        "New York|NY|100##,112##|40.71|-74.01 / Los Angeles|CA|900##|34.05|-118.24 / Chicago|IL|606##|41.88|-87.63 / "
        "Houston|TX|770##|29.76|-95.37 / Miami|FL|331##|25.76|-80.19 / Seattle|WA|981##|47.61|-122.33 / "
        "Boise|ID|837##|43.62|-116.21 / Wilmington|DE|198##|39.74|-75.55",
        "Emma Olivia Ava Mia Madison Hannah Jennifer Lisa Michelle Angela Maria Keisha Liam Noah Ethan Mason Jacob "
        "Michael Christopher Joshua Matthew Robert Kevin Brian Jose Tyrone Wei Anh ; "
        "Smith, Johnson, Williams, Brown, Jones, Garcia, Miller, Davis, Rodriguez, Martinez, Hernandez, Lopez, "
        "Gonzalez, Wilson, Anderson, Thomas, Taylor, Moore, Jackson, Martin, Lee, Perez, Thompson, White, Harris, "
        "Nguyen, Clark, Ramirez, Lewis, Robinson, Chen, Kim, Patel",
    ),
    _land(
        "BR",
        "Brazil|0.10|out|BRL|5.9|-3|pt-BR",
        "+551190####### +552190####### +553190####### +554190#######",
        "{street}, {n} ; Apto {u} ; Rua das Flores, Avenida Brasil, Rua São José, Rua XV de Novembro, Rua Sete de "
        "Setembro, Avenida Getúlio Vargas, Rua Tiradentes, Rua Dom Pedro II, Travessa da Paz, Rua Santos Dumont ; "
        "São Paulo|SP|01###-0##,04###-0##,05###-0##|-23.55|-46.63 / Rio de Janeiro|RJ|20###-0##,22###-0##|-22.91|-43.17"
        " / Belo Horizonte|MG|30###-0##|-19.92|-43.94 / Curitiba|PR|80###-0##|-25.43|-49.27 / "
        "Recife|PE|50###-0##|-8.05|-34.88 / Manaus|AM|69###-0##|-3.12|-60.02 / Campinas|SP|130##-0##|-22.91|-47.06",
        "Ana Maria Juliana Fernanda Camila Amanda Bruna Letícia Patrícia Luciana Larissa Gabriela João José Lucas "
        "Pedro Gabriel Rafael Matheus Felipe Gustavo Thiago Marcelo Rodrigo Eduardo Vinícius ; "
        "Silva, Santos, Oliveira, Souza, Lima, Pereira, Ferreira, Costa, Rodrigues, Almeida, Nascimento, Alves, "
        "Carvalho, Araújo, Ribeiro, Barbosa, Rocha, Dias, Moreira, Nunes, Mendes, Cardoso, Teixeira, Cavalcante, "
        "Monteiro, Moura, Freitas, Batista, Campos, Duarte",
    ),
    _land(
        "CN",
        "China|0|out|CNY|7.8|8|zh-CN",
        "+86100000####",
        "{n} {street} ; Room {u} ; Huaqiang North Road, Nanhai Avenue, Industrial Park Road, Zhongshan Road, "
        "Xinhua Street, Keji Road ; "
        "Shenzhen||5180##|22.54|114.06 / Guangzhou||5100##|23.13|113.26 / Yiwu||32200#|29.31|120.08 / "
        "Hangzhou||3100##|30.27|120.16",
        "Wei Fang Min Jing Lei Yan Jun Hui ; Wang, Li, Zhang, Liu, Chen, Yang, Huang, Zhao",
    ),
    _land(
        "JP",
        "Japan|0|out|JPY|163|9|ja-JP",
        "+81900000####",
        "{n} {street} ; {u}F ; Sakura-dori, Chuo, Honmachi, Akasaka, Nishiki ; "
        "Tokyo||10#-00##|35.68|139.69 / Osaka||53#-00##|34.69|135.50",
        "Yui Sakura Haruto Ren Akiko Kenji ; Sato, Suzuki, Takahashi, Tanaka, Ito, Watanabe",
    ),
    _land(
        "KR",
        "South Korea|0|out|KRW|1480|9|ko-KR",
        "+82100000####",
        "{n} {street} ; {u}F ; Teheran-ro, Gangnam-daero, Sejong-daero, Hongik-ro ; "
        "Seoul||060##,041##|37.57|126.98 / Busan||480##|35.18|129.08",
        "Minji Jiwoo Seoyeon Minjun Hyun Sujin ; Kim, Lee, Park, Choi, Jung, Kang",
    ),
)

LANDS: dict[str, Land] = {land.code: land for land in _ALL}
BUYERS: tuple[Land, ...] = tuple(land for land in _ALL if land.share)
