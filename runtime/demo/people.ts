/** Households and couriers of the demo dairy: invented people at invented doors in Bengaluru. */

export type DemoAddress = {
  line1: string;
  line2?: string;
  city: string;
  pincode: string;
  lat: number;
  lng: number;
};
export type DemoHousehold = { name: string; email: string; phone: string; address: DemoAddress };
export type DemoCourier = { name: string; email: string; phone: string };

type Area = { line2: string; pincode: string };

const areas = {
  indiranagar: { line2: 'Indiranagar', pincode: '560038' },
  koramangala: { line2: 'Koramangala', pincode: '560034' },
  jayanagar: { line2: 'Jayanagar', pincode: '560041' },
  malleshwaram: { line2: 'Malleshwaram', pincode: '560003' },
  hsr: { line2: 'HSR Layout', pincode: '560102' },
} satisfies Record<string, Area>;

/** E-mail and phone follow from the name and the place in the list, so that they never repeat. */
function contact(
  name: string,
  series: string,
  index: number,
): { name: string; email: string; phone: string } {
  const email = `${name
    .toLowerCase()
    .replace(/’/g, '')
    .replace(/[^a-z]+/g, '.')}@example.com`;
  return { name, email, phone: `+9198${series}${String(index * 137 + 1013).padStart(5, '0')}` };
}

type Door = readonly [name: string, area: keyof typeof areas, line1: string, lat: number, lng: number];

const doors: readonly Door[] = [
  ['Ananya Rao', 'indiranagar', '14, 2nd Cross, Gulmohar Street', 12.9784, 77.6408],
  ['Farhan Siddiqui', 'indiranagar', 'Flat 302, Kaveri Nest, 7th Main', 12.9761, 77.6392],
  ['Priya Venkatesh', 'indiranagar', '88, 12th Main, Jasmine Villa', 12.9722, 77.6415],
  ['Joseph D’Souza', 'indiranagar', '5, St Anne Lane', 12.9798, 77.6371],
  ['Harpreet Kaur', 'indiranagar', 'Flat 1104, Banyan Heights, 80 Feet Road', 12.9739, 77.6458],
  ['Subramaniam Iyer', 'indiranagar', '41, 3rd Cross, Lotus Street', 12.9807, 77.6433],
  ['Meenakshi Gowda', 'indiranagar', 'Flat 2B, Tulsi Residency, 9th Cross', 12.9748, 77.6362],
  ['Rohan Banerjee', 'indiranagar', '27, 16th Main, Hibiscus House', 12.9715, 77.6444],
  ['Zoya Khan', 'koramangala', 'Flat 504, Lakeview Court, 4th Block', 12.9343, 77.6297],
  ['Arjun Menon', 'koramangala', '19, 5th Cross, Neem Street', 12.9352, 77.6241],
  ['Kavitha Shetty', 'koramangala', '7, 1st Main, Coral House', 12.9318, 77.6263],
  ['Thomas Kurian', 'koramangala', 'Flat 12, Palm Court, 8th Main', 12.9376, 77.6278],
  ['Nandini Hegde', 'koramangala', '63, 17th Cross, Mango Grove', 12.9301, 77.6229],
  ['Imran Pasha', 'koramangala', 'Flat 801, Silver Arch, 80 Feet Road', 12.9389, 77.6254],
  ['Lakshmi Narayanan', 'koramangala', '22, 3rd Main, Parijata', 12.9327, 77.6311],
  ['Tenzin Dolma', 'koramangala', 'Flat 3A, Maple Terrace, 6th Cross', 12.9361, 77.6205],
  ['Raghavendra Bhat', 'jayanagar', '110, 9th Main, Sri Nilaya', 12.9279, 77.5832],
  ['Sumathi Krishnan', 'jayanagar', '31, 27th Cross, Champaka', 12.9251, 77.5867],
  ['Vikram Reddy', 'jayanagar', 'Flat 401, Rosewood Enclave, 11th Main', 12.9233, 77.5811],
  ['Ayesha Begum', 'jayanagar', '16, 36th Cross, Noor Manzil', 12.9218, 77.5849],
  ['Chandrashekar Murthy', 'jayanagar', '9, 18th Main, Sampige Mane', 12.9294, 77.5795],
  ['Pooja Jain', 'jayanagar', 'Flat 6, Shanti Kunj, 32nd Cross', 12.9262, 77.5778],
  ['Devika Pillai', 'jayanagar', '74, 5th Main, Ashoka House', 12.9305, 77.5853],
  ['Mahesh Patil', 'jayanagar', '2, 22nd Cross, Bilva', 12.9241, 77.5902],
  ['Gayathri Srinivasan', 'malleshwaram', '58, 8th Cross, Margosa View', 13.0031, 77.5702],
  ['Nikhil Deshpande', 'malleshwaram', 'Flat 203, Temple Tree, 15th Cross', 13.0068, 77.5689],
  ['Fatima Sheikh', 'malleshwaram', '12, 4th Main, Rose Cottage', 13.0012, 77.5731],
  ['Basavaraj Kulkarni', 'malleshwaram', '35, 11th Cross, Ganga', 13.0049, 77.5718],
  ['Revathi Nair', 'malleshwaram', 'Flat 7C, Sandal Court, 18th Cross', 13.0094, 77.5707],
  ['Samuel Prakash', 'malleshwaram', '21, 6th Main, Grace Villa', 12.9994, 77.5694],
  ['Padma Achar', 'malleshwaram', '90, 2nd Main, Tulasi Vana', 13.0026, 77.5748],
  ['Ritika Agarwal', 'malleshwaram', 'Flat 1501, Orchid Tower, Sampige Road', 13.0057, 77.5742],
  ['Sandeep Chauhan', 'hsr', 'Flat 305, Green Meadows, Sector 2', 12.9116, 77.6473],
  ['Deepa Kamath', 'hsr', '47, 14th Cross, Sector 4', 12.9132, 77.6401],
  ['Mohammed Ashraf', 'hsr', '8, 24th Main, Sector 1', 12.9158, 77.6447],
  ['Ishita Sengupta', 'hsr', 'Flat 902, Lotus Pond, Sector 6', 12.9089, 77.6359],
  ['Naveen Kumar Gupta', 'hsr', '65, 19th Main, Sector 3', 12.9104, 77.6422],
  ['Bhavana Raju', 'hsr', 'Flat 11, Cedar Homes, Sector 7', 12.9071, 77.6388],
  ['Lalrinpuia Hmar', 'hsr', '3, 9th Cross, Sector 5', 12.9143, 77.6338],
  ['Yashoda Manjunath', 'hsr', '52, 27th Main, Sector 2', 12.9127, 77.6516],
];

export const demoHouseholds: readonly DemoHousehold[] = doors.map(([name, area, line1, lat, lng], index) => ({
  ...contact(name, '450', index),
  address: { line1, ...areas[area], city: 'Bengaluru', lat, lng },
}));

export const demoCouriers: readonly DemoCourier[] = [
  contact('Manjunath Swamy', '860', 0),
  contact('Salma Banu', '860', 1),
  contact('Anthony Raj', '860', 2),
  contact('Kiran Naik', '860', 3),
];
